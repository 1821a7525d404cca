import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeBase64url, decodePortable, encodeBase64url, encodePortable } from "#shared/crypto/encoding/base64url.ts";
import {
  concat,
  equalConstantTime,
  erase,
  lengthPrefixed,
  u8,
  u16,
  u32,
  u64,
  utf8,
  utf8Decode,
} from "#shared/crypto/encoding/bytes.ts";
import { boundId } from "#shared/crypto/encoding/place.ts";
import { readerOf } from "#shared/crypto/encoding/reader.ts";
import { hardwareKeyText, makeHardwareKey, readHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { newId } from "#shared/ids.ts";
import { often, RUNS } from "#test/support/runs.ts";

const anyBytes = fc.uint8Array({ maxLength: 200 });
const refused = expect.objectContaining({ code: "crypto.format" });

describe.each([
  ["as the engine does it", encodeBase64url, decodeBase64url],
  ["without the engine's help", encodePortable, decodePortable],
])("A07 base64url %s", (_name, encode, decode) => {
  it("writes what Buffer writes and reads it back", () => {
    const agree = (bytes: Uint8Array) => {
      const text = encode(bytes);
      return text === Buffer.from(bytes).toString("base64url") && equalConstantTime(decode(text), bytes);
    };
    fc.assert(fc.property(anyBytes, agree), RUNS);
  });

  it("reads only what it would have written", () => {
    const isCanonical = (text: string) => {
      let bytes: Uint8Array;
      try {
        bytes = decode(text);
      } catch {
        return Buffer.from(text, "base64url").toString("base64url") !== text;
      }
      return encode(bytes) === text;
    };
    const nearly = fc.string({ unit: fc.constantFrom(..."ABCDwxyz0189-_=+/ \n\té\u{1f600}"), maxLength: 12 });
    fc.assert(fc.property(nearly, isCanonical), { numRuns: often(5000) });
  });

  it.each(["A", "AAAAA", "AB", "AAB", "AA==", "AA=", "=", " ", "AA ", "A A", "AA\n", "+/8", "AÁ", "ＡA", "AA\0"])(
    "refuses %j",
    (text) => expect(() => decode(text)).toThrow(refused),
  );

  it("allows each value one spelling: of 4,096 two-character texts 256 are read", () => {
    const alphabet =
      encode(Uint8Array.from({ length: 48 }, (_, i) => i * 5)) &&
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let read = 0;
    for (const a of alphabet) {
      for (const b of alphabet) {
        try {
          read += decode(a + b).length;
        } catch {}
      }
    }
    expect(read).toBe(256);
  });
});

describe("A07 reading bytes", () => {
  it("gives back what was written, to the last byte", () => {
    const bytes = concat(
      utf8("OCX1"),
      u8(7),
      u16(65_535),
      u32(2 ** 32 - 1),
      u64(2 ** 53 - 1),
      lengthPrefixed(utf8("é")),
    );
    const reader = readerOf(bytes);
    reader.expect("OCX1");
    expect([reader.u8(), reader.u16(), reader.u32(), reader.u64()]).toEqual([7, 65_535, 2 ** 32 - 1, 2 ** 53 - 1]);
    expect(utf8Decode(reader.prefixed())).toBe("é");
    expect(reader.offset()).toBe(bytes.length);
    reader.end();
  });

  it("refuses to read beyond the end, and to end before it", () => {
    const reader = readerOf(Uint8Array.of(0, 3, 1, 2));
    expect(() => readerOf(Uint8Array.of(0, 3, 1, 2)).prefixed()).toThrow(refused);
    expect(() => reader.end()).toThrow(refused);
    reader.rest();
    expect(() => reader.u8()).toThrow(refused);
    expect(() => reader.take(-1)).toThrow(refused);
  });

  it("refuses numbers which JavaScript would round, and numbers which do not fit", () => {
    expect(() => readerOf(Uint8Array.of(0, 32, 0, 0, 0, 0, 0, 0)).u64()).toThrow(refused);
    for (const write of [
      () => u8(256),
      () => u16(65_536),
      () => u32(2 ** 32),
      () => u64(2 ** 53),
      () => u8(-1),
      () => u32(1.5),
    ]) {
      expect(write).toThrow(refused);
    }
    expect(() => lengthPrefixed(new Uint8Array(65_536))).toThrow(refused);
  });

  it("refuses text which is not well formed, in both directions", () => {
    expect(() => utf8("\ud800")).toThrow(refused);
    for (const bytes of [[0xc0, 0x80], [0xed, 0xa0, 0x80], [0xff], [0xe2, 0x82]]) {
      expect(() => utf8Decode(Uint8Array.from(bytes))).toThrow(refused);
    }
    expect(utf8Decode(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
  });

  it("hands out copies, so that later writes do not reach what was read", () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const taken = readerOf(bytes).take(3);
    bytes.fill(9);
    expect([...taken]).toEqual([1, 2, 3]);
    erase(taken);
    expect([...taken]).toEqual([0, 0, 0]);
  });

  it("compares equal only what is equal in length and content", () => {
    fc.assert(
      fc.property(anyBytes, anyBytes, (a, b) => equalConstantTime(a, b) === (Buffer.compare(a, b) === 0)),
      RUNS,
    );
    expect(equalConstantTime(Uint8Array.of(1), Uint8Array.of(1, 0))).toBe(false);
  });

  it("binds an id only in its one spelling", () => {
    const id = newId("agent", new Date(0));
    expect(boundId("agent", id)).toHaveLength(16);
    for (const wrong of [
      id.toUpperCase(),
      id.slice(0, -1),
      `${id}0`,
      id.replace("agt_", "usr_"),
      `agt_8${id.slice(5)}`,
      "agt_",
    ]) {
      expect(() => boundId("agent", wrong as typeof id), wrong).toThrow(refused);
    }
  });
});

describe("A07 D07 hardware key text", () => {
  const secret = makeHardwareKey();
  const text = hardwareKeyText(secret);

  it("is nine groups of four, and read back with spaces, dashes or neither", () => {
    expect(text).toMatch(/^([A-Z2-7]{4}-){8}[A-Z2-7]{4}$/);
    for (const typed of [text, text.replaceAll("-", ""), text.replaceAll("-", " "), ` ${text} `]) {
      expect(readHardwareKey(typed)).toEqual(secret);
    }
  });

  it("is refused in lower case, with look-alikes, with other spaces, too short, too long or padded", () => {
    const plain = text.replaceAll("-", "");
    const wrong = [
      text.toLowerCase(),
      `0${plain.slice(1)}`,
      `1${plain.slice(1)}`,
      `8${plain.slice(1)}`,
      plain.slice(1),
      `${plain}A`,
    ];
    for (const typed of [
      ...wrong,
      `${plain.slice(0, 32)}====`,
      `${plain}=`,
      text.replaceAll("-", "\u00a0"),
      `${text}\n`,
      "",
      "-",
    ]) {
      expect(() => readHardwareKey(typed), typed).toThrow(expect.objectContaining({ code: "crypto.phrase" }));
    }
  });

  it("notices nearly every changed character: the check misses one in a million", () => {
    const plain = text.replaceAll("-", "");
    let accepted = 0;
    for (let i = 0; i < plain.length; i++) {
      for (const other of "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") {
        if (other === plain[i]) continue;
        try {
          readHardwareKey(plain.slice(0, i) + other + plain.slice(i + 1));
          accepted++;
        } catch {}
      }
    }
    expect(accepted).toBeLessThanOrEqual(1);
  });
});
