import { describe, expect, it, vi } from "vitest";
import { concat, u32 } from "#shared/crypto/encoding/bytes.ts";
import { boundId } from "#shared/crypto/encoding/place.ts";
import { checkAnswer, isDenial, openAnswer, sealAnswer, signDenial } from "#shared/crypto/enrolment/answer.ts";
import {
  type EnrolmentRequest,
  openEnrolment,
  readEnrolment,
  sealEnrolment,
  typeWords,
  wordsOfEnrolment,
} from "#shared/crypto/enrolment/request.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { sealCommitted } from "#shared/crypto/sealing/committed.ts";
import { sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { newId } from "#shared/ids.ts";
import { enrolmentOf } from "./enrolment-formats.ts";
import { worldOf } from "./world.ts";

vi.setConfig({ testTimeout: 60_000 });

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const request = enrolmentOf(alice);
const blind = alice.bytes("blind");
const bytes = sealEnrolment(request, blind);
const words = wordsOfEnrolment(request, blind);
const others: [string, Partial<EnrolmentRequest>][] = [
  ["key", { ephemeralKey: bob.boot.kem.publicKey }],
  ["name", { name: "Firefox on Linus" }],
  ["account", { uid: bob.place.uid }],
  ["organisation", { tid: bob.place.tid }],
  ["request", { enrolmentId: bob.enrolmentId }],
  ["generation", { urkGen: alice.place.urkGen + 1 }],
];

describe("the words of a device that asks to be let in", () => {
  it("are six of the list, read back however they are typed, and open what was asked", () => {
    expect(words).toHaveLength(6);
    expect(readEnrolment(bytes)).toEqual(request);
    for (const typed of [words.join(" "), words.join(", ").toUpperCase(), `  ${words.join("\n")} `])
      expect(openEnrolment(bytes, typeWords(typed, request))).toEqual(blind);
  });

  it("open nothing when one is another, is missing, stands elsewhere, or when there are none", () => {
    const [first = "", second = "", ...rest] = words;
    const wrong = [
      [second, first, ...rest],
      [first, "zebra", ...rest],
      [first, second, ...rest.slice(1)],
      [...words, "zebra"],
      [],
    ];
    for (const typed of wrong)
      expect(() => openEnrolment(bytes, typeWords(typed.join(" "), request))).toThrow(code("crypto.commitment"));
  });

  it.each(others)("B02 are others for another %s, and open nothing of it", (_, other) => {
    const swapped = { ...request, ...other };
    expect(wordsOfEnrolment(swapped, blind)).not.toEqual(words);
    const forged = sealEnrolment(swapped, blind);
    const open = () => openEnrolment(forged, typeWords(words.join(" "), swapped));
    expect(open).toThrow(code("crypto.commitment"));
    const moved = concat(forged.subarray(0, -104), bytes.subarray(-104)); // what was sealed, under another head
    expect(() => openEnrolment(moved, typeWords(words.join(" "), request))).toThrow(code("crypto.commitment"));
  });

  it("B02 that somebody has overheard still stand for this key alone: another request under them has other words", () => {
    const theirs = { ...request, ephemeralKey: bob.boot.kem.publicKey };
    const { wordKey } = typeWords(words.join(" "), theirs);
    const header = sealEnrolment(theirs, blind).subarray(0, -104);
    for (const other of [blind, makeBytes(32)]) {
      const forged = sealCommitted({ purpose: "enrolment-request", ikm: wordKey, header }, other);
      expect(() => openEnrolment(forged, typeWords(words.join(" "), theirs))).toThrow(code("crypto.commitment"));
    }
  });

  it("are of a request with a name of 1 to 320 bytes, a key and a blind, and of nothing else", () => {
    for (const name of ["", "é".repeat(161)])
      expect(() => sealEnrolment({ ...request, name }, blind)).toThrow(code("crypto.format"));
    expect(readEnrolment(sealEnrolment({ ...request, name: "é".repeat(160) }, blind)).name).toHaveLength(160);
    expect(() => sealEnrolment(request, blind.subarray(1))).toThrow(code("crypto.key"));
    const at = bytes.length - 104 - "Firefox on Linux".length; // where the name begins
    expect(() => readEnrolment(bytes.with(at, 0xff))).toThrow(code("crypto.format"));
    expect(() => readEnrolment(concat(bytes, new Uint8Array(1)))).toThrow(code("crypto.format"));
    const nameless = concat(bytes.subarray(0, at - 2), new Uint8Array(2), bytes.subarray(-104));
    expect(() => readEnrolment(nameless)).toThrow(code("crypto.format"));
  });
});

describe("the answer to it", () => {
  const parties = { ephemeral: alice.boot.kem.publicKey, device: alice.device.sign };
  const sealed = sealAnswer({ urk: alice.urk, blind }, request, parties);
  const mine = { ephemeral: alice.boot.kem, device: alice.device.sign.publicKey, blind };

  it("is the root key, for the one that asked; the platform can tell who said it to whom", () => {
    expect(openAnswer(sealed, request, mine)).toEqual(alice.urk);
    const known = { ephemeral: alice.boot.kem.publicKey, device: alice.device.sign.publicKey };
    expect(() => checkAnswer(sealed, request, known)).not.toThrow();
    const another = { ...known, device: bob.device.sign.publicKey };
    expect(() => checkAnswer(sealed, request, another)).toThrow(code("crypto.context"));
    expect(() => checkAnswer(sealed.with(-1, 0xff), request, known)).toThrow(code("crypto.signature"));
  });

  it.each(others.filter(([what]) => !["key", "name"].includes(what)))("B24 is none to another %s", (_, other) => {
    expect(() => openAnswer(sealed, { ...request, ...other }, mine)).toThrow(code("crypto.context"));
  });

  it("C06 of somebody who was not told the words is refused, whatever account it opens", () => {
    const guess = sealAnswer({ urk: bob.urk, blind: makeBytes(32) }, request, parties);
    expect(() => openAnswer(guess, request, mine)).toThrow(code("crypto.context"));
    expect(() => openAnswer(sealed, request, { ...mine, blind: bob.bytes("blind") })).toThrow(code("crypto.context"));
    expect(() => openAnswer(sealed, request, { ...mine, ephemeral: bob.boot.kem })).toThrow(code("crypto.context"));
  });

  it("has nothing behind root key and blind, and nothing less", () => {
    const context = placeOf(request);
    for (const plain of [concat(alice.urk, blind, blind), alice.urk, concat(alice.urk, blind.subarray(1))]) {
      const odd = sealTo(
        { purpose: "enrolment-answer", context, recipient: parties.ephemeral, sender: parties.device },
        plain,
      );
      expect(() => openAnswer(odd, request, mine)).toThrow(code("crypto.format"));
    }
    expect(() => sealAnswer({ urk: alice.urk, blind: alice.urk.subarray(1) }, request, parties)).toThrow(
      code("crypto.key"),
    );
  });

  it("is a no by the device that says it, to this request", () => {
    const proof = signDenial(request, alice.device.sign.secretKey);
    expect(isDenial(request, proof, alice.device.sign.publicKey)).toBe(true);
    expect(isDenial(request, proof, bob.device.sign.publicKey)).toBe(false);
    const another = { ...request, enrolmentId: newId("enrolment", new Date(0)) };
    expect(isDenial(another, proof, alice.device.sign.publicKey)).toBe(false);
    expect(isDenial({ ...request, urkGen: 9 }, proof, alice.device.sign.publicKey)).toBe(false);
  });
});

const placeOf = ({ tid, uid, enrolmentId, urkGen }: EnrolmentRequest): Uint8Array =>
  concat(boundId("tenant", tid), boundId("user", uid), boundId("enrolment", enrolmentId), u32(urkGen));
