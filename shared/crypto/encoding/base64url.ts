import { byteAt } from "./bytes.ts";
import { CryptoError, demand } from "./errors.ts";

/**
 * RFC 4648 §5 without padding. Decoding accepts exactly what encoding writes: no `=`, no spaces, no `+/`, no length of
 * 1 mod 4, and no set bits behind the last byte. So one value has one text, and a text can be compared or hashed.
 */
const HAS_NATIVE = typeof Uint8Array.fromBase64 === "function" && typeof Uint8Array.prototype.toBase64 === "function";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const ENCODE = new TextEncoder().encode(ALPHABET);
const DECODE = new Uint8Array(128).fill(0xff);
for (const [value, code] of ENCODE.entries()) DECODE[code] = value;

export const encodeBase64url = (bytes: Uint8Array): string =>
  HAS_NATIVE ? bytes.toBase64({ alphabet: "base64url", omitPadding: true }) : encodePortable(bytes);

/** @throws crypto.format for every text that `encodeBase64url` would not have written. */
export const decodeBase64url = (text: string): Uint8Array<ArrayBuffer> =>
  HAS_NATIVE ? decodeNative(text) : decodePortable(text);

/** The native reader skips spaces and stray bits; writing its result again shows whether there were any. */
function decodeNative(text: string): Uint8Array<ArrayBuffer> {
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = Uint8Array.fromBase64(text, { alphabet: "base64url" });
  } catch {
    throw new CryptoError("crypto.format");
  }
  demand(encodeBase64url(bytes) === text, "crypto.format");
  return bytes;
}

/** For engines without `Uint8Array.fromBase64`, among them Node 24 in Lambda. Thirty times slower. */
export function encodePortable(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3));
  let at = 0;
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 6; ) {
      bits -= 6;
      text[at++] = byteAt(ENCODE, (held >> bits) & 63);
    }
  }
  if (bits > 0) text[at++] = byteAt(ENCODE, (held << (6 - bits)) & 63);
  return new TextDecoder().decode(text);
}

export function decodePortable(text: string): Uint8Array<ArrayBuffer> {
  demand(text.length % 4 !== 1, "crypto.format");
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let at = 0;
  let held = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const value = DECODE[text.charCodeAt(i)] ?? 0xff;
    demand(value !== 0xff, "crypto.format");
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (held >> bits) & 0xff;
    }
  }
  demand((held & ((1 << bits) - 1)) === 0, "crypto.format");
  return bytes;
}
