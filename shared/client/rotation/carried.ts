import type { Identity } from "#shared/crypto/account/identity.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type Owner, readSelfGen } from "#shared/crypto/sealing/self-seal.ts";
import type { Account } from "../keyring.ts";

/**
 * While a change of all keys is going on, an account reads with the keys before it too. It writes with the present ones alone.
 */

/** The root under which a blob of one's own says that it lies; the present one for any that is not carried. */
export function ownerOf({ tid, uid, root, carried = [] }: Account, bytes: Uint8Array): Owner {
  const urkGen = readSelfGen(bytes);
  const earlier = carried.find((one) => one.urkGen === urkGen);
  return earlier ? { tid, uid, urkGen, selfWrap: earlier.selfWrap } : root;
}

/** The account as it will be when nothing is carried any more: what does not open for it would be lost. */
export const withoutCarried = ({ carried: _, ...account }: Account): Account => account;

/** Opens with the present identity, or with an earlier one that is still carried. @throws what the present one said */
export function withEachIdentity<T>({ identity, carried = [] }: Account, open: (identity: Identity) => T): T {
  try {
    return open(identity);
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    for (const earlier of carried.toReversed()) {
      const found = attempt(() => open(earlier.identity));
      if (found) return found.value;
    }
    throw error;
  }
}

function attempt<T>(work: () => T): { readonly value: T } | undefined {
  try {
    return { value: work() };
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}
