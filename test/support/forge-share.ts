import type { Account } from "#shared/client/keyring.ts";
import type { HeldShare } from "#shared/contracts/recovery.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat, u8 } from "#shared/crypto/encoding/bytes.ts";
import { asKemPublicKey } from "#shared/crypto/primitives/kem.ts";
import type { SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { openShareFor, sealRelease } from "#shared/crypto/recovery/sealed-share.ts";
import { openShare, writeShareSet } from "#shared/crypto/recovery/share.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";

/** What a contact who lies releases: a share of the right set at x = 0, where a library that takes it lets them choose the key. */
export function forgeRelease(liar: Account, held: HeldShare, owner: SignPublicKey) {
  const [recovery] = held.recoveries;
  if (!recovery) throw new Error("nobody asks");
  const place = { tid: liar.tid, owner: held.ownerId, contact: liar.uid, setId: held.setId };
  const bytes = openShareFor(decodeBase64url(held.share), place, { contact: liar.identity.kem, owner });
  const { set } = openShare(bytes, owner);
  const body = concat(bytes.subarray(0, 5), writeShareSet(set), u8(0), new Uint8Array(32).fill(9));
  const forged = signStatement("key-share", body, liar.identity.sign.secretKey);
  const ephemeral = asKemPublicKey(decodeBase64url(recovery.ephemeralKey));
  const release = sealRelease(
    forged,
    { ...place, recoveryId: recovery.id },
    { ephemeral, contact: liar.identity.sign },
  );
  return {
    ...{ ownerId: held.ownerId, recoveryId: recovery.id, bundleHash: encodeBase64url(liar.bundleHash) },
    release: encodeBase64url(release),
  };
}
