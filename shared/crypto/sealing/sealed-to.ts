import { concat, equalConstantTime, lengthPrefixed, utf8 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { asKey } from "../encoding/key.ts";
import type { SealPurpose } from "../encoding/purposes.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { decapsulate, encapsulate, KEM_CIPHERTEXT_BYTES, type KemKeys, type KemPublicKey } from "../primitives/kem.ts";
import { SIGNATURE_BYTES, type SignKeys, type SignPublicKey, sign, verify } from "../primitives/sign.ts";
import { COMMITTED_OVERHEAD, openCommitted, sealCommitted } from "./committed.ts";

/**
 * OCM1: one message to one public key, signed by its sender. Single shot: a fresh X-Wing secret each time, no counter.
 *
 *   "OCM1" suite 1 L(purpose) H(recipient kemPub) 32 H(sender edPub) 32 H(context) 32 kemCiphertext 1120   ← header
 *   | salt 24 commit 32 | ct tag 16                                     committed.ts, ikm = X-Wing shared secret
 *   | signature 64 over everything before, under the same purpose
 *
 * The context is what both sides know anyway (which agent, which sequence number, which proof); it is bound, not carried.
 * Opening checks place, signature and commitment in this order, and decapsulates only what the sender really signed. The
 * sender's key is also in the KDF context, so nobody can take the signature off and put their own under the same ciphertext.
 */
interface SealedTo {
  readonly purpose: SealPurpose;
  readonly context: Uint8Array;
}

export interface SealParties extends SealedTo {
  readonly recipient: KemPublicKey;
  readonly sender: SignKeys;
}

export interface OpenParties extends SealedTo {
  readonly recipient: KemKeys;
  readonly sender: SignPublicKey;
}

const PLACE_BYTES = 5 + 2 + 3 * 32; // and the purpose

/** How long the sealed message will be. */
export const sealedToBytes = (purpose: SealPurpose, plainBytes: number): number =>
  PLACE_BYTES + purpose.length + KEM_CIPHERTEXT_BYTES + COMMITTED_OVERHEAD + plainBytes + SIGNATURE_BYTES;

export function sealTo({ recipient, sender, ...sealing }: SealParties, plaintext: Uint8Array): Uint8Array {
  const { ciphertext, secret } = encapsulate(recipient);
  const header = concat(placeOf(sealing, recipient, sender.publicKey), ciphertext);
  const sealed = sealCommitted({ purpose: sealing.purpose, ikm: secret, header }, plaintext);
  return concat(sealed, sign(sealing.purpose, sealed, sender.secretKey));
}

/** @throws crypto.context, crypto.signature, crypto.commitment, crypto.open, crypto.format, crypto.suite */
export function openSealedTo({ recipient, sender, ...sealing }: OpenParties, bytes: Uint8Array): Uint8Array {
  const headerBytes = checkSealedTo({ ...sealing, recipient: recipient.publicKey, sender }, bytes);
  const signedBytes = bytes.length - SIGNATURE_BYTES;
  const header = bytes.subarray(0, headerBytes);
  const ikm = asKey(decapsulate(header.subarray(headerBytes - KEM_CIPHERTEXT_BYTES), recipient.secretKey));
  return openCommitted({ purpose: sealing.purpose, ikm, header }, bytes.subarray(headerBytes, signedBytes));
}

/**
 * What can be said of a sealing without opening it: that it is for this key and place, and signed by this sender.
 * @returns how long its header is. @throws crypto.context, crypto.signature, crypto.format, crypto.suite
 */
export function checkSealedTo(
  { recipient, sender, ...sealing }: SealedTo & { readonly recipient: KemPublicKey; readonly sender: SignPublicKey },
  bytes: Uint8Array,
): number {
  readHeader(readerOf(bytes), "OCM1");
  const place = placeOf(sealing, recipient, sender);
  const headerBytes = place.length + KEM_CIPHERTEXT_BYTES;
  demand(bytes.length > headerBytes + SIGNATURE_BYTES, "crypto.format");
  demand(equalConstantTime(bytes.subarray(0, place.length), place), "crypto.context");
  const signedBytes = bytes.length - SIGNATURE_BYTES;
  verify(sealing.purpose, bytes.subarray(0, signedBytes), bytes.subarray(signedBytes), sender);
  return headerBytes;
}

function placeOf({ purpose, context }: SealedTo, recipient: KemPublicKey, sender: SignPublicKey): Uint8Array {
  return concat(writeHeader("OCM1"), lengthPrefixed(utf8(purpose)), sha256(recipient), sha256(sender), sha256(context));
}
