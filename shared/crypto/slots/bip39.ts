import { entropyToMnemonic, mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import type { Id } from "../../ids.ts";
import { byteAt } from "../encoding/bytes.ts";
import { CryptoError, demand } from "../encoding/errors.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveKey } from "../primitives/kdf.ts";
import { makeBytes } from "../primitives/random.ts";

/**
 * The recovery phrase: 16 random bytes as 12 English words (BIP39: 128 bits and a 4 bit checksum).
 *
 *   slotSecret = HKDF(entropy 16, "ocmt/v1/bip39\0" ‖ uid 16)          for slot type 03
 *
 * No PBKDF2 as wallets do: the words are random, there is nothing to stretch. The checksum misses about one wrong word in
 * sixteen, so a phrase counts as right only when its slot opens.
 */
const PHRASE_WORDS = 12;

/** Draws 16 bytes of entropy. */
export const makePhraseEntropy = (): Uint8Array => makeBytes(16);

export const phraseOf = (entropy: Uint8Array): string =>
  entropyToMnemonic(Uint8Array.from(checked(entropy, 16)), wordlist);

/** Forgives case, compatibility forms and spacing; nothing else. @throws crypto.phrase */
export function readPhrase(typed: string): Uint8Array {
  const words = wordsOf(typed);
  demand(words.length === PHRASE_WORDS, "crypto.phrase");
  try {
    return mnemonicToEntropy(words.join(" "), wordlist);
  } catch {
    throw new CryptoError("crypto.phrase"); // the cause would quote the words
  }
}

/** Which of the typed words are not in the list, by position from 0: what a form can mark without knowing the answer. */
export const findUnknownWords = (typed: string): number[] =>
  wordsOf(typed).flatMap((word, i) => (wordlist.includes(word) ? [] : [i]));

export function deriveBip39SlotSecret(entropy: Uint8Array, uid: Id<"user">): Key {
  return deriveKey({ purpose: "bip39", ikm: checked(entropy, 16), context: boundId("user", uid) });
}

/** Three different positions (0 to 11, ascending) to ask for at set-up. */
export function makeQuiz(): number[] {
  const picked = new Set<number>();
  while (picked.size < 3) {
    const byte = byteAt(makeBytes(1), 0);
    if (byte < 252) picked.add(byte % PHRASE_WORDS); // 252 = 21 × 12: the rest would favour low positions
  }
  return [...picked].sort((a, b) => a - b);
}

export function isQuizPassed(phrase: string, positions: readonly number[], answers: readonly string[]): boolean {
  const words = wordsOf(phrase);
  const right = positions.every(
    (at, i) => words[at] !== undefined && words[at] === wordsOf(answers[i] ?? "").join(" "),
  );
  return positions.length > 0 && answers.length === positions.length && right;
}

function wordsOf(typed: string): string[] {
  const plain = typed.normalize("NFKD").toLowerCase().trim();
  return plain === "" ? [] : plain.split(/\s+/u);
}
