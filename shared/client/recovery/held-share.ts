import type { HeldShare, recoveryContract } from "#shared/contracts/recovery.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { asKemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { compareCodeOf } from "#shared/crypto/recovery/compare-code.ts";
import { openShareFor, ownerFingerprintOf, sealRelease } from "#shared/crypto/recovery/sealed-share.ts";
import { openShare, type ShareSet } from "#shared/crypto/recovery/share.ts";
import { heardWords } from "#shared/crypto/recovery/six-words.ts";
import type { Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { Vaults } from "../vault/vaults.ts";
import { WordsDiffer } from "../words-differ.ts";

export interface ContactMeans {
  readonly api: Pick<Client<typeof recoveryContract>, "release">;
  readonly account: Account;
  readonly vaults: Pick<Vaults, "contact" | "signKeyOf">;
}

/**
 * Releases a share to the one who asks with the six words that the contact heard from the owner, by voice. The words are typed, not shown:
 * a person who is shown words says yes to them. Without a match nothing leaves this device, whatever the service claims.
 * @throws WordsDiffer; CryptoError or PersonChanged when the share is not what the owner signed
 */
export async function releaseShare(means: ContactMeans, held: HeldShare, heard: string): Promise<void> {
  const { api, account } = means;
  const { bytes, set } = await openHeld(means, held);
  const words = heardWords(heard);
  const meant = held.recoveries.find(({ ephemeralKey }) => codeOf(ephemeralKey, set) === words);
  if (!meant) throw new WordsDiffer("No one who asks has these six words.");
  const place = { tid: account.tid, owner: held.ownerId, contact: account.uid, setId: set.setId };
  const ephemeral = asKemPublicKey(decodeBase64url(meant.ephemeralKey));
  const parties = { ephemeral, contact: account.identity.sign };
  await api.release({
    ...{ ownerId: held.ownerId, recoveryId: meant.id, bundleHash: encodeBase64url(account.bundleHash) },
    release: encodeBase64url(sealRelease(bytes, { ...place, recoveryId: meant.id }, parties)),
  });
}

/** A key that is none has no words. */
function codeOf(ephemeralKey: string, set: ShareSet): string | undefined {
  try {
    return compareCodeOf(asKemPublicKey(decodeBase64url(ephemeralKey)), set).join(" ");
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}

/** The share as its owner signed it, of the set and the owner that the service names. */
async function openHeld({ account, vaults }: ContactMeans, held: HeldShare) {
  const { tid, uid, identity } = account;
  const { ownerId: owner, setId } = held;
  const signer = await vaults.signKeyOf(owner, decodeBase64url(held.bundleHash));
  const { genesisKey } = await vaults.contact(owner);
  const place = { tid, owner, contact: uid, setId };
  const bytes = openShareFor(decodeBase64url(held.share), place, { contact: identity.kem, owner: signer });
  const { set } = openShare(bytes, signer);
  const fingerprint = ownerFingerprintOf({ tid, uid: owner, genesisKey });
  const isTheirs = equalConstantTime(set.ownerFingerprint, fingerprint);
  demand(isTheirs && set.purpose === "recovery" && set.setId === setId, "crypto.share");
  return { bytes, set };
}
