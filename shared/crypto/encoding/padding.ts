import { concat } from "./bytes.ts";
import { demand } from "./errors.ts";

/**
 * Padding to a multiple of 64 bytes (ISO/IEC 7816-4): one byte 80, then zeros. A size then says which multiple, and no more.
 * Reading wants exactly what writing makes: fewer than 64 zeros, then the 80.
 */
const BLOCK_BYTES = 64;
const MARK = 0x80;

export function pad(bytes: Uint8Array): Uint8Array {
  const zeros = BLOCK_BYTES - 1 - (bytes.length % BLOCK_BYTES);
  return concat(bytes, Uint8Array.of(MARK), new Uint8Array(zeros));
}

/** @throws crypto.format */
export function unpad(padded: Uint8Array): Uint8Array {
  const at = padded.lastIndexOf(MARK);
  const isWhole = padded.length % BLOCK_BYTES === 0 && at >= padded.length - BLOCK_BYTES;
  demand(at >= 0 && isWhole && padded.subarray(at + 1).every((byte) => byte === 0), "crypto.format");
  return padded.slice(0, at);
}
