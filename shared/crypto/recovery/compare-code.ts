import { checked } from "../encoding/key.ts";
import { labelOf } from "../encoding/purposes.ts";
import { sha256 } from "../primitives/hash.ts";
import { KEM_PUBLIC_KEY_BYTES, type KemPublicKey } from "../primitives/kem.ts";
import { type ShareSet, writeShareSet } from "./share.ts";
import { sixWordsOf, stretch } from "./six-words.ts";

/**
 * What whoever asks for shares and whoever holds one read to each other, by voice: six words, the same on both sides only if both
 * mean the same key to release to and the same set.
 *
 *   h_0 = H(label ‖ ephemeral X-Wing key 1216 ‖ set 83), h_n = H(h_(n-1) ‖ H(key)), n = 5200
 *   words = the first 66 bits of h_n, 11 each, in the BIP39 English list
 *
 * The set is in it with its commitment and its owner's fingerprint: so the one who asks knows, too, that the shares which come are those
 * that were once given out. 66 bits, each try 5200 hashes: about 2^78 for another key with the same words. Source: PROTOCOL 3.5.
 */
export function compareCodeOf(ephemeralKey: KemPublicKey, set: ShareSet): string[] {
  const key = sha256(checked(ephemeralKey, KEM_PUBLIC_KEY_BYTES));
  return sixWordsOf(stretch(sha256(labelOf("compare-code"), ephemeralKey, writeShareSet(set)), key));
}
