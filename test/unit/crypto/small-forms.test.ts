import { describe, expect, it } from "vitest";
import { byteAt, concat, u8, u16, u32, u64 } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { readHeader, writeHeader } from "#shared/crypto/encoding/header.ts";
import { asKey, checked } from "#shared/crypto/encoding/key.ts";
import { pad, unpad } from "#shared/crypto/encoding/padding.ts";
import { kindOf, labelOf, listPurposes, SUITE } from "#shared/crypto/encoding/purposes.ts";
import { readerOf } from "#shared/crypto/encoding/reader.ts";
import { compareBytes, sha256, sortedHashesOf } from "#shared/crypto/primitives/hash.ts";
import { worldOf } from "./world.ts";

const world = worldOf(1);
const code = (value: string) => expect.objectContaining({ code: value });
const text = (value: string) => new TextEncoder().encode(value);

describe("padding", () => {
  it("fills to the next 64 bytes, with at least its mark, and comes off again", () => {
    for (const size of [0, 1, 62, 63, 64, 65, 127, 128]) {
      const bytes = new Uint8Array(size).fill(7);
      const padded = pad(bytes);
      expect(padded).toHaveLength((Math.floor(size / 64) + 1) * 64);
      expect([...padded.subarray(size)]).toEqual([0x80, ...new Array(padded.length - size - 1).fill(0)]);
      expect(unpad(padded)).toEqual(bytes);
    }
  });

  it("is refused without its mark, behind a whole block of zeros, with anything after it, and of another length", () => {
    const refused = code("crypto.format");
    const padded = pad(new Uint8Array(10).fill(7));
    const wrong = [
      new Uint8Array(0),
      new Uint8Array(64),
      padded.with(63, 1),
      padded.with(11, 1),
      padded.with(10, 0),
      padded.subarray(0, 63),
      concat(padded, Uint8Array.of(0)),
      concat(padded, new Uint8Array(64)),
      concat(new Uint8Array(63), Uint8Array.of(0x80), new Uint8Array(64)),
    ];
    for (const bytes of wrong) expect(() => unpad(bytes)).toThrow(refused);
    expect(unpad(Uint8Array.of(...new Uint8Array(64).fill(0x80)))).toEqual(new Uint8Array(63).fill(0x80));
    expect(unpad(pad(Uint8Array.of(0x80, 0)))).toEqual(Uint8Array.of(0x80, 0));
  });
});

describe("a header", () => {
  it("is four letters and the suite", () => {
    expect([...writeHeader("OCXX")]).toEqual([...text("OCXX"), 1]);
    expect(SUITE).toBe(1);
    const reader = readerOf(concat(writeHeader("OCXX"), Uint8Array.of(9)));
    readHeader(reader, "OCXX");
    expect([reader.offset(), reader.u8()]).toEqual([5, 9]);
  });

  it("is refused of other letters or another suite, and where it is cut", () => {
    for (const bytes of [writeHeader("OCXY"), writeHeader("OCXX").with(4, 0), writeHeader("OCXX").with(4, 2)])
      expect(() => readHeader(readerOf(bytes), "OCXX")).toThrow(code("crypto.suite"));
    for (const size of [0, 3, 4])
      expect(() => readHeader(readerOf(writeHeader("OCXX").subarray(0, size)), "OCXX")).toThrow(code("crypto.format"));
  });
});

describe("purposes", () => {
  it("have each a label of their own, none the beginning of another", () => {
    const labels = listPurposes().map(
      (purpose) => [purpose, Buffer.from(labelOf(purpose)).toString("latin1")] as const,
    );
    expect(labels.length).toBeGreaterThan(40);
    for (const [purpose, label] of labels) {
      expect(label).toBe(`ocmt/v1/${purpose}\0`);
      expect(labels.filter(([, other]) => other.startsWith(label))).toHaveLength(1);
      expect(["kdf", "sign", "seal", "hash"]).toContain(kindOf(purpose));
    }
    const kinds = ["slot", "bundle", "vault-grant", "vault-root"] as const;
    expect(kinds.map(kindOf)).toEqual(["kdf", "sign", "seal", "hash"]);
  });
});

describe("numbers", () => {
  it("are written from the highest byte, up to the last that fits", () => {
    expect([...u8(255)]).toEqual([255]);
    expect([...u16(0x0102)]).toEqual([1, 2]);
    expect([...u32(0x01020304)]).toEqual([1, 2, 3, 4]);
    expect([...u64(0x01020304050607)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect([...u64(2 ** 53 - 1)]).toEqual([0, 31, 255, 255, 255, 255, 255, 255]);
    for (const write of [() => u8(256), () => u8(-1), () => u8(0.5), () => u16(2 ** 16), () => u64(Number.NaN)])
      expect(write).toThrow(code("crypto.format"));
    expect(byteAt(Uint8Array.of(3, 4), 1)).toBe(4);
  });
});

describe("keys", () => {
  it("have their length, and are bytes", () => {
    expect(asKey(world.bytes("key"))).toEqual(world.bytes("key"));
    for (const size of [0, 31, 33]) expect(() => asKey(new Uint8Array(size))).toThrow(code("crypto.key"));
    const array = Array.from({ length: 32 }, () => 0) as unknown as Uint8Array;
    expect(() => checked(array, 32)).toThrow(code("crypto.key"));
    expect(checked(new Uint8Array(3), 3)).toHaveLength(3);
  });
});

describe("refusals", () => {
  it("have a name, a code and one sentence for each code, which says nothing of what was refused", () => {
    const error = new CryptoError("crypto.open", { cause: "why" });
    expect([error.name, error.code, error.cause]).toEqual(["CryptoError", "crypto.open", "why"]);
    expect(error.message).toBe("The ciphertext was altered or moved.");
    expect(() => demand(false, "crypto.key")).toThrow(code("crypto.key"));
    expect(() => demand(true, "crypto.key")).not.toThrow();
  });
});

describe("hashes", () => {
  it("are of the parts as one, and sort as unsigned bytes", async () => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", text("onetwo")));
    expect(sha256(text("one"), text("two"))).toEqual(digest);
    expect(sha256(text("onetwo"))).toEqual(digest);
    const [low, high] = [Uint8Array.of(0x7f, 9), Uint8Array.of(0x80, 1)];
    expect([compareBytes(low, high) < 0, compareBytes(high, low) > 0, compareBytes(low, low)]).toEqual([true, true, 0]);
    expect(compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBeLessThan(0);
    const blobs = [1, 2, 3, 4, 5].map((n) => Uint8Array.of(n));
    const sorted = sortedHashesOf(blobs).map((hash) => Buffer.from(hash).toString("hex"));
    expect(sorted).toEqual(blobs.map((blob) => Buffer.from(sha256(blob)).toString("hex")).sort());
    expect(sortedHashesOf(blobs.toReversed())).toEqual(sortedHashesOf(blobs));
  });
});
