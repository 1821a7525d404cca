import { randomInt } from "node:crypto";
import { crc32 } from "node:zlib";

/**
 * `ocmt_live_` ‖ 30 characters of base62 (178 bits of chance) ‖ 6 of base62: the CRC-32 of what stands before.
 * The checksum lets a scanner tell a key from a text that looks like one, and us refuse a mistyped key without a look-up.
 */
const PREFIX = "ocmt_live_";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const PATTERN = /^ocmt_live_[0-9A-Za-z]{36}$/;

export function makeApiKey(): string {
  const chance = Array.from({ length: 30 }, () => ALPHABET.charAt(randomInt(62))).join("");
  return `${PREFIX}${chance}${checksum(PREFIX + chance)}`;
}

export const isApiKey = (text: string): boolean => PATTERN.test(text) && checksum(text.slice(0, -6)) === text.slice(-6);

function checksum(text: string): string {
  let rest = crc32(text);
  let out = "";
  for (let i = 0; i < 6; i++) {
    out = ALPHABET.charAt(rest % 62) + out;
    rest = Math.floor(rest / 62);
  }
  return out;
}
