import type { RecoverySet } from "#shared/contracts/recovery.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";
import type { Vaults } from "../vault/vaults.ts";

type Known = Pick<Vaults, "contact" | "signKeyOf" | "people">;

/**
 * The contacts who cannot open the share they hold: they have changed all keys since, or other keys stand in their place. A share is signed
 * by its owner and sealed to keys that the contact has no more, so that nobody but the owner can give it anew.
 */
export async function findStaleContacts(
  vaults: Known,
  { contacts, sealedTo }: Pick<RecoverySet, "contacts" | "sealedTo">,
): Promise<Id<"user">[]> {
  const stale: Id<"user">[] = [];
  for (const [at, id] of contacts.entries()) if (await isStale(vaults, id, sealedTo[at])) stale.push(id);
  return stale;
}

/** Signing key and sealing key are drawn together, so one tells of the other; a statement alone says too little, for devices come and go. */
async function isStale(vaults: Known, id: Id<"user">, sealedTo: string | undefined): Promise<boolean> {
  if (sealedTo === undefined) return true;
  try {
    await vaults.people.learnAgain(id);
    const { signKey } = await vaults.contact(id);
    return !equalConstantTime(signKey, await vaults.signKeyOf(id, decodeBase64url(sealedTo)));
  } catch (error) {
    if (error instanceof CryptoError) return true;
    throw error;
  }
}
