import { CryptoError, demand } from "../encoding/errors.ts";
import { asKey, type Key } from "../encoding/key.ts";

const QUOTA = 65_536; // getRandomValues refuses more in one call
const ZEROS_MAX = 16; // so many zero bytes in a row at the start happen by chance once in 2^128

/**
 * The only source of chance in `shared/crypto`; noble is never left to draw its own.
 * @throws crypto.rng if the generator is missing, fails, or hands back fewer bytes than asked for. Nothing is returned then.
 */
export function makeBytes(size: number): Uint8Array<ArrayBuffer> {
  demand(Number.isSafeInteger(size) && size > 0, "crypto.rng");
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += QUOTA) fill(bytes.subarray(at, at + QUOTA));
  return bytes;
}

export const makeKey = (): Key => asKey(makeBytes(32));

function fill(part: Uint8Array<ArrayBuffer>): void {
  let filled: Uint8Array;
  try {
    filled = globalThis.crypto.getRandomValues(part);
  } catch {
    throw new CryptoError("crypto.rng");
  }
  demand(filled === part, "crypto.rng");
  // A generator which stops early leaves zeros at the end; one which does nothing leaves only zeros.
  const tail = part.subarray(Math.max(0, part.length - ZEROS_MAX));
  demand(tail.length < ZEROS_MAX || tail.some((byte) => byte !== 0), "crypto.rng");
}
