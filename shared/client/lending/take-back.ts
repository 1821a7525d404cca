import type { Tier } from "#shared/crypto/grants/terms.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { isClosedToUs, openById } from "../agent-items/offer.ts";
import { openShares } from "../shares/shares.ts";
import { ItemChanged } from "../vault/trouble.ts";
import type { LendingMeans } from "./lendings.ts";
import type { Lending } from "./read.ts";

/** A grant as its issuer has it, read or not. */
export type Given = Pick<Lending, "row"> & Partial<Pick<Lending, "handed">>;

/** What came of taking a grant back. */
export interface TakenBack {
  /** Of the sealed tier they hold the secret still, until it is changed at its provider; the item says so. */
  readonly tier: Tier;
  /** The item has other keys; false of what never left, of an item that is gone, and in a vault that one may not write. */
  readonly isSealedAnew: boolean;
}

/** An item that was handed over is sealed under keys that nobody had before, and for everybody else whom it is shared with. */
export async function takeNewKeys(
  { account, shares, openVaults, now }: LendingMeans,
  { row, handed }: Given,
): Promise<TakenBack> {
  const { tier } = row;
  const item = handed?.grant ?? row.handed; // of one that cannot be read any more the platform alone says which it was
  if (tier === "live" || !item) return { tier, isSealedAnew: false };
  const vaults = await openVaults();
  try {
    const book = await openById(vaults, item.vaultId);
    if (!may(book.head().rights, "write")) return { tier, isSealedAnew: false };
    await book.resealOne(item.itemId, now());
    await openShares({ api: shares, account, people: vaults.people, now }).renew(book);
    return { tier, isSealedAnew: true };
  } catch (error) {
    if (error instanceof ItemChanged || isClosedToUs(error)) return { tier, isSealedAnew: false };
    throw error;
  }
}
