import { wordlist } from "@scure/bip39/wordlists/english.js";
import { concat } from "../encoding/bytes.ts";
import { sha256 } from "../primitives/hash.ts";

/**
 * Six words that people read or type from one screen to another: the first 66 bits of a hash, 11 each, in the BIP39 English list.
 * The hash is stretched, h_n = H(h_(n-1) ‖ salt), n = 5200, so that each try for other bytes with the same words costs as many.
 */
const WORDS = 6;
const BITS_PER_WORD = 11;
const ITERATIONS = 5200;

export function stretch(first: Uint8Array, salt: Uint8Array): Uint8Array {
  let hash = first;
  for (let i = 0; i < ITERATIONS; i++) hash = sha256(concat(hash, salt));
  return hash;
}

export function sixWordsOf(hash: Uint8Array): string[] {
  const bits = Array.from(hash, (byte) => byte.toString(2).padStart(8, "0")).join("");
  return Array.from({ length: WORDS }, (_, i) => wordAt(bits.slice(i * BITS_PER_WORD, (i + 1) * BITS_PER_WORD)));
}

/** Spaces, commas and capitals are nobody's fault. */
export const heardWords = (typed: string): string => (typed.toLowerCase().match(/[a-z]+/g) ?? []).join(" ");

const wordAt = (bits: string): string => String(wordlist[Number.parseInt(bits, 2)]); // 11 bits are one of 2048
