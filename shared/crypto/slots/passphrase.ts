import { wordlist } from "@scure/bip39/wordlists/english.js";
import { byteAt } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { makeBytes } from "../primitives/random.ts";

/**
 * A passphrase nobody had to invent: words of the 2048-word BIP39 English list, 11 bits each, joined by spaces.
 * 7 words = 77 bits, as much as six words of a 7776-word dice list (77.5). Behind Argon2id at 64 MiB that is out of reach.
 * The list has no two words with the same first four letters, so a typing aid can complete them.
 */
export const PASSPHRASE_WORDS = 7;
const BITS_PER_WORD = 11;

export const passphraseBits = (words: number): number => words * BITS_PER_WORD;

export function makePassphrase(words = PASSPHRASE_WORDS): string {
  demand(Number.isInteger(words) && words >= PASSPHRASE_WORDS && words <= 24, "crypto.format");
  return Array.from({ length: words }, makeWord).join(" ");
}

function makeWord(): string {
  const drawn = makeBytes(2);
  return String(wordlist[((byteAt(drawn, 0) << 8) | byteAt(drawn, 1)) & 0x7ff]); // 2048 divides 65536: every word is as likely
}
