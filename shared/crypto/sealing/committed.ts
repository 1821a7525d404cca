import { concat, equalConstantTime, erase } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { asKey } from "../encoding/key.ts";
import type { KdfPurpose } from "../encoding/purposes.ts";
import { cipherOf, TAG_BYTES } from "../primitives/aead.ts";
import { deriveBytes } from "../primitives/kdf.ts";
import { makeBytes } from "../primitives/random.ts";

/**
 * The committing envelope, shared by slots, items, self-sealed blobs and sealings to a public key.
 *
 *   sealed = header ‖ salt 24 ‖ commit 32 ‖ ct ‖ tag 16
 *   encKey 32 ‖ nonce 12 ‖ commit 32 = HKDF-SHA256(ikm, salt, "ocmt/v1/<purpose>\0" ‖ header)
 *   ct ‖ tag = AES-256-GCM(encKey, nonce, plaintext, AAD = header ‖ salt ‖ commit)
 *
 * GCM alone does not commit to its key: one ciphertext can be made to open under two keys, which lets a server test many
 * passphrases per try (partitioning oracle, Len-Grubbs-Ristenpart 2021). The commitment is compared first, in constant
 * time, and nothing is decrypted when it differs. The salt is random per sealing, so no (key, nonce) pair repeats.
 */
export interface Envelope {
  readonly purpose: KdfPurpose;
  readonly ikm: Uint8Array;
  /** Says what is sealed and where it belongs; both sides must write the same bytes. */
  readonly header: Uint8Array;
}

const SALT_BYTES = 24;
const COMMIT_BYTES = 32;
export const COMMITTED_OVERHEAD = SALT_BYTES + COMMIT_BYTES + TAG_BYTES;

export function sealCommitted(envelope: Envelope, plaintext: Uint8Array): Uint8Array {
  const salt = makeBytes(SALT_BYTES);
  const { encKey, nonce, commit } = deriveParts(envelope, salt);
  const aad = concat(envelope.header, salt, commit);
  const sealed = cipherOf("aes-256-gcm", encKey).seal(nonce, plaintext, aad);
  erase(encKey);
  return concat(aad, sealed);
}

/**
 * `body` is what follows the header: salt ‖ commit ‖ ct ‖ tag.
 * @throws crypto.commitment for another key, purpose, header, salt or commitment; crypto.open for an altered ciphertext.
 */
export function openCommitted(envelope: Envelope, body: Uint8Array): Uint8Array {
  demand(body.length >= COMMITTED_OVERHEAD, "crypto.format");
  const salt = body.subarray(0, SALT_BYTES);
  const claimed = body.subarray(SALT_BYTES, SALT_BYTES + COMMIT_BYTES);
  const { encKey, nonce, commit } = deriveParts(envelope, salt);
  demand(equalConstantTime(claimed, commit), "crypto.commitment");
  const aad = concat(envelope.header, salt, commit);
  const plaintext = cipherOf("aes-256-gcm", encKey).open(nonce, body.subarray(SALT_BYTES + COMMIT_BYTES), aad);
  erase(encKey);
  return plaintext;
}

function deriveParts({ purpose, ikm, header }: Envelope, salt: Uint8Array) {
  const bytes = deriveBytes({ purpose, ikm, salt, context: header }, 32 + 12 + COMMIT_BYTES);
  return { encKey: asKey(bytes.subarray(0, 32)), nonce: bytes.subarray(32, 44), commit: bytes.subarray(44) };
}
