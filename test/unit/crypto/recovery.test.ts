import { createHash, hkdfSync } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { mnemonicToEntropy as mnemonicToEntropyPeer } from "bip39";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { concat, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import {
  deriveBip39SlotSecret,
  findUnknownWords,
  isQuizPassed,
  makePhraseEntropy,
  makeQuiz,
  phraseOf,
  readPhrase,
} from "#shared/crypto/slots/bip39.ts";
import { deriveHardwareKeySlotSecret, makeHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { prfInputOf } from "#shared/crypto/slots/passkey-slot.ts";
import { unwrapRootKey, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { idBytes } from "#shared/ids.ts";
import { often, RUNS } from "#test/support/runs.ts";
import { worldOf } from "./world.ts";

vi.setConfig({ testTimeout: 60_000 });

const alice = worldOf(1);
const bob = worldOf(2);
const refused = expect.objectContaining({ code: "crypto.phrase" });
const phrase = phraseOf(alice.bytes("entropy", 16));
const words = phrase.split(" ");

describe("recovery phrase", () => {
  it("is twelve words for sixteen bytes, as the bip39 package reads them too", () => {
    const agree = (entropy: Uint8Array) => {
      const text = phraseOf(entropy);
      const peer = mnemonicToEntropyPeer(text);
      return text.split(" ").length === 12 && peer === Buffer.from(readPhrase(text)).toString("hex");
    };
    fc.assert(fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), agree), RUNS);
    expect(makePhraseEntropy()).toHaveLength(16);
  });

  it("A07 forgives capitals, spaces, line breaks and full-width letters, and nothing else", () => {
    const wide = phrase.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0));
    for (const typed of [phrase.toUpperCase(), `  ${words.join(" \n\t ")}  `, words.join("\u00a0"), wide]) {
      expect(readPhrase(typed)).toEqual(alice.bytes("entropy", 16));
    }
    const short = words.slice(0, 11).join(" ");
    for (const typed of ["", " ", short, `${phrase} ${words[0]}`, words.join(","), words.join(""), `${short} zzzz`]) {
      expect(() => readPhrase(typed), typed).toThrow(refused);
    }
    const long = Array.from({ length: 24 }, () => "abandon").join(" ");
    expect(() => readPhrase(long.replace(/abandon$/, "art"))).toThrow(refused); // a valid phrase of 24 words, not ours
  });

  it("can mark words that are in no list", () => {
    expect(findUnknownWords(`${words[0]} abandonn ${words[2]} Zoo zzz`)).toEqual([1, 4]);
    for (const nothing of ["", "  "]) expect(findUnknownWords(nothing)).toEqual([]);
  });

  it("D06 with one wrong word opens nothing: 2,000 errors, 0 unlocks", () => {
    const secretOf = (entropy: Uint8Array) => deriveBip39SlotSecret(entropy, alice.place.uid);
    const slot = wrapRootKey(
      { ...alice.slotPlace, type: "bip39", params: new Uint8Array(0) },
      secretOf(readPhrase(phrase)),
      alice.urk,
    );
    const expected = { ...alice.place, type: "bip39" } as const;
    const found = { checksum: 0, commitment: 0 };
    const tries = Math.max(often(2000), 200);
    for (let i = 0; i < tries; i++) {
      const at = i % 12;
      const [high = 0, low = 0] = makeBytes(2);
      const wrong = wordlist[(high * 256 + low) % 2048] ?? "";
      if (wrong === words[at]) continue;
      let entropy: Uint8Array;
      try {
        entropy = readPhrase(words.with(at, wrong).join(" "));
      } catch {
        found.checksum++;
        continue;
      }
      expect(() => unwrapRootKey(slot, expected, secretOf(entropy))).toThrow(
        expect.objectContaining({ code: "crypto.commitment" }),
      );
      found.commitment++;
    }
    expect(found.checksum + found.commitment).toBeGreaterThan(0.95 * tries);
    expect(found.commitment).toBeGreaterThan(0); // the checksum alone would have let these through
    expect(unwrapRootKey(slot, expected, secretOf(readPhrase(phrase))).urk).toEqual(alice.urk);
  });

  it("asks for three different words, each as likely, and takes only the right ones", () => {
    const counts = Array.from({ length: 12 }, () => 0);
    for (let i = 0; i < 4000; i++) {
      const quiz = makeQuiz();
      expect(new Set(quiz).size).toBe(3);
      expect(quiz).toEqual(quiz.toSorted((a, b) => a - b));
      for (const at of quiz) counts[at] = (counts[at] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(170); // six deviations
    const drawn = [255, 252, 13, 14, 13, 15];
    const generator = vi.spyOn(crypto, "getRandomValues").mockImplementation((bytes) => {
      (bytes as unknown as Uint8Array).fill(drawn.shift() ?? 0); // makeBytes hands over nothing else
      return bytes;
    });
    expect(makeQuiz()).toEqual([1, 2, 3]); // 252 to 255 would favour the first four words, and are drawn again
    generator.mockRestore();
    const answers = [words[0] ?? "", words[5] ?? "", words[11] ?? ""];
    expect(isQuizPassed(phrase, [0, 5, 11], answers)).toBe(true);
    expect(
      isQuizPassed(
        phrase,
        [0, 5, 11],
        answers.map((word) => ` ${word.toUpperCase()} `),
      ),
    ).toBe(true);
    expect(isQuizPassed(phrase, [0, 5, 11], answers.with(1, "zoo"))).toBe(false);
    expect(isQuizPassed(phrase, [0, 5, 11], answers.slice(1))).toBe(false);
    expect(isQuizPassed(phrase, [0, 5, 12], answers.with(2, ""))).toBe(false);
    expect(isQuizPassed(phrase, [], [])).toBe(false);
    const apart = (words[0] ?? "").replace(/^./, "$& ");
    expect(isQuizPassed(phrase, [0], [apart])).toBe(false);
  });
});

describe("slot secrets", () => {
  it("differ by user, and between phrase and hardware key", () => {
    const entropy = alice.bytes("entropy", 16);
    const key = makeHardwareKey();
    const secrets = [
      deriveBip39SlotSecret(entropy, alice.place.uid),
      deriveBip39SlotSecret(entropy, bob.place.uid),
      deriveHardwareKeySlotSecret(key, alice.place.uid),
      deriveHardwareKeySlotSecret(key, bob.place.uid),
    ];
    expect(new Set(secrets.map((secret) => Buffer.from(secret).toString("hex"))).size).toBe(4);
    const byHand = (ikm: Uint8Array, purpose: string) =>
      new Uint8Array(hkdfSync("sha256", ikm, "", concat(utf8(`ocmt/v1/${purpose}\0`), idBytes(alice.place.uid)), 32));
    expect(secrets[0]).toEqual(byHand(entropy, "bip39"));
    expect(secrets[2]).toEqual(byHand(key, "hardware-key"));
    const asked = createHash("sha256").update("ocmt/v1/prf\0").update(idBytes(alice.place.uid)).digest();
    expect(prfInputOf(alice.place.uid)).toEqual(Uint8Array.from(asked));
    expect(() => deriveBip39SlotSecret(key, alice.place.uid)).toThrow(expect.objectContaining({ code: "crypto.key" }));
    expect(() => deriveHardwareKeySlotSecret(entropy, alice.place.uid)).toThrow(
      expect.objectContaining({ code: "crypto.key" }),
    );
  });
});
