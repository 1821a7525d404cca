import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { ApiError } from "../api-client.ts";
import { isLivingOf, openShares, type SharesApi } from "../shares/shares.ts";
import type { VaultMeans } from "../vault/state.ts";
import { openVaultBook } from "../vault/vault-book.ts";
import { withoutCarried } from "./carried.ts";

interface ShareMeans {
  readonly shares: SharesApi;
  readonly vaults: VaultMeans;
}

/**
 * The items that an account shares one by one, after a change of all keys: each is sealed as it is now and signed by the new identity.
 * What was done says so itself. @returns those of a vault that could not be, which who gave them has to look after
 */
export async function renewGiven(
  { shares: api, vaults }: ShareMeans,
  which: "own" | Id<"vault">,
  vaultId: Id<"vault">,
): Promise<Id<"share">[]> {
  const account = withoutCarried(vaults.account);
  const shares = openShares({ api, account, people: vaults.people, now: vaults.now });
  const bundleHash = encodeBase64url(account.bundleHash);
  const old = async () =>
    (await shares.given(vaultId)).filter((one) => isLivingOf(account, one) && one.fromBundleHash !== bundleHash);
  if ((await old()).length === 0) return [];
  const book = await openVaultBook({ ...vaults, account }, which);
  if (may(book.head().rights, "share")) await unlessTheirs(shares.renew(book));
  return (await old()).map(({ id }) => id);
}

/** Those that an account is given and that lie under its keys of before: only who gave them can seal them anew. */
export async function outdatedReceived({ shares, vaults }: ShareMeans): Promise<Id<"share">[]> {
  const { items } = await shares.listReceived({});
  const bundleHash = encodeBase64url(vaults.account.bundleHash);
  const isLiving = (state: string) => state === "offered" || state === "accepted";
  return items.filter((one) => isLiving(one.state) && one.toBundleHash !== bundleHash).map(({ id }) => id);
}

const THEIRS = ["share.not_found", "share.wrong_state", "share.expired", "vault.member_unknown", "vault.forbidden"];

/** Somebody's keys that are not to be believed, and what ended meanwhile, do not keep a change of keys from its end. */
async function unlessTheirs(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof CryptoError || (error instanceof ApiError && THEIRS.includes(error.code)))) throw error;
  }
}
