import { concat } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader } from "../encoding/header.ts";
import type { SignPurpose } from "../encoding/purposes.ts";
import { type Reader, readerOf } from "../encoding/reader.ts";
import { SIGNATURE_BYTES, type SignPublicKey, type SignSecretKey, sign, verify } from "../primitives/sign.ts";

/**
 * A signed statement: body ‖ signature 64. The body starts with its four letters and the suite byte. It is read only after
 * the signature held, so no parser ever sees what its signer did not write.
 */
export function signStatement(purpose: SignPurpose, body: Uint8Array, secretKey: SignSecretKey): Uint8Array {
  return concat(body, sign(purpose, body, secretKey));
}

/** @returns a reader behind magic and suite. @throws crypto.suite, crypto.format, crypto.signature */
export function openStatement(
  purpose: SignPurpose,
  magic: string,
  bytes: Uint8Array,
  publicKey: SignPublicKey,
): Reader {
  readHeader(readerOf(bytes), magic);
  demand(bytes.length > SIGNATURE_BYTES + magic.length, "crypto.format");
  const body = bytes.subarray(0, bytes.length - SIGNATURE_BYTES);
  verify(purpose, body, bytes.subarray(body.length), publicKey);
  const reader = readerOf(body);
  readHeader(reader, magic);
  return reader;
}
