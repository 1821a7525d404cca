import { CryptoError, demand } from "./errors.ts";

/**
 * Writing bytes: all numbers are big-endian, L(x) = length (2 bytes) ‖ x. Reading is in `reader.ts`.
 */
export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** A byte that the caller knows to be there. */
export const byteAt = (bytes: Uint8Array, at: number): number => Number(bytes[at]);

/** Compares without stopping at the first difference. The length is not a secret anywhere in the protocol. */
export function equalConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= byteAt(a, i) ^ byteAt(b, i);
  return difference === 0;
}

export const u8 = (value: number) => writeUint(value, 1);
export const u16 = (value: number) => writeUint(value, 2);
export const u32 = (value: number) => writeUint(value, 4);

/** 8 bytes; numbers above 2^53 - 1 are refused, so that no value is ever rounded. */
export const u64 = (value: number) => writeUint(value, 8);

function writeUint(value: number, size: number): Uint8Array<ArrayBuffer> {
  demand(Number.isSafeInteger(value) && value >= 0 && value < 2 ** (8 * size), "crypto.format");
  const bytes = new Uint8Array(size);
  for (let i = size - 1, left = value; i >= 0; i--, left = Math.floor(left / 256)) bytes[i] = left % 256;
  return bytes;
}

/** L(x): no two lists of parts write the same bytes. */
export function lengthPrefixed(x: Uint8Array): Uint8Array<ArrayBuffer> {
  return concat(u16(x.length), x);
}

export const utf8 = (text: string): Uint8Array<ArrayBuffer> => {
  demand(text.isWellFormed(), "crypto.format"); // a lone surrogate would silently become U+FFFD
  return new TextEncoder().encode(text);
};

/** @throws crypto.format on bytes that are not UTF-8. A leading byte order mark is kept, not swallowed. */
export function utf8Decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CryptoError("crypto.format");
  }
}

/** Overwrites secrets that are no longer needed. JavaScript may still hold copies: this narrows the window, no more. */
export function erase(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0);
}
