import { safetyNumberOf } from "#shared/crypto/account/safety-number.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Id } from "#shared/ids.ts";
import type { Account } from "../keyring.ts";
import { Contacts } from "../vault/items/item-model.ts";
import type { VaultBook } from "../vault/vault-book.ts";
import { CONTACTS_ITEM } from "./contacts-item.ts";
import type { PersonKeys } from "./people.ts";

const ENTRY = { type: "contacts" } as const;

type Named = Pick<PersonKeys, "id" | "genesisKey">;
type Verified = ReadonlyMap<Id<"user">, Uint8Array>;

export const verifiedIn = async (book: Pick<VaultBook, "readHidden">): Promise<Verified> => {
  const found = await book.readHidden(CONTACTS_ITEM, Contacts);
  return new Map(found?.content.verified.map(({ userId, genesisKey }) => [userId, decodeBase64url(genesisKey)]));
};

/** The number that was read out is not the one of the keys that are shown: somebody stands in between, or a digit was misheard. */
export class NumberDiffers extends Error {
  override readonly name = "NumberDiffers";
}

/** Notes in the vault that the safety number was compared, for all devices. */
export async function markVerified(
  book: Pick<VaultBook, "readHidden" | "saveHidden">,
  { id: userId, genesisKey }: Named,
  now: Date,
): Promise<void> {
  const found = await book.readHidden(CONTACTS_ITEM, Contacts);
  const others = found?.content.verified.filter((other) => other.userId !== userId) ?? [];
  const mine = { userId, genesisKey: encodeBase64url(genesisKey), at: now.toISOString() };
  const at = { id: CONTACTS_ITEM, version: found?.version ?? 0 };
  await book.saveHidden(at, { entry: ENTRY, content: { type: "contacts", verified: [...others, mine] } });
}

/** Sixty digits in groups of five, the same for both. */
export const safetyNumberWith = (account: Account, own: Named, { id, genesisKey }: Named): string[] =>
  safetyNumberOf({ uid: account.uid, genesisKey: own.genesisKey }, { uid: id, genesisKey });
