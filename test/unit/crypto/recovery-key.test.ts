import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { findKeyFault } from "#shared/client/recovery/say-key.ts";
import {
  deriveHardwareKeySlotSecret,
  hardwareKeyText,
  makeHardwareKey,
  readHardwareKey,
} from "#shared/crypto/slots/hardware-key.ts";
import { unwrapRootKey, wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { RUNS, STRIDE } from "#test/support/runs.ts";
import { worldOf } from "./world.ts";

vi.setConfig({ testTimeout: 60_000 });

const alice = worldOf(1);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const secret = alice.bytes("key", 20);
const text = hardwareKeyText(secret);
const bare = text.replaceAll("-", "");
const refused = expect.objectContaining({ code: "crypto.phrase" });
const replaced = (at: number, character: string) => bare.slice(0, at) + character + bare.slice(at + 1);

describe("a recovery key", () => {
  it("is read back from its text, with or without its dashes and spaces", () => {
    const agree = (bytes: Uint8Array) => {
      const shown = hardwareKeyText(bytes);
      expect(shown).toMatch(/^([A-Z2-7]{4}-){8}[A-Z2-7]{4}$/);
      expect(readHardwareKey(shown)).toEqual(bytes);
      expect(readHardwareKey(` ${shown.replaceAll("-", " ")} `)).toEqual(bytes);
      expect(findKeyFault(shown)).toBeUndefined();
    };
    fc.assert(fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), agree), RUNS);
    expect(makeHardwareKey()).toHaveLength(20);
  });

  it("D07 is no junk: every other text is refused, and told why", () => {
    const junk = ["", " ", "-", "!!!!", "0", "null", bare.slice(1), `${bare}A`, bare + bare, bare.toLowerCase()];
    const padded = [`${bare}=`, `${bare.slice(0, 32)}====`, `\u0000${bare}`, bare.replace(/^./, "０"), `${text}\n`];
    const strange = ["0", "1", "8", "a", "=", "é"].flatMap((one) => [3, 31, 32, 35].map((at) => replaced(at, one)));
    for (const typed of [...junk, ...padded, ...strange, "A", bare.slice(0, 8), bare.slice(0, 32)]) {
      expect(() => readHardwareKey(typed), JSON.stringify(typed)).toThrow(refused);
      expect(findKeyFault(typed)?.says, JSON.stringify(typed)).toBeTruthy();
    }
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (typed) => {
        expect(() => readHardwareKey(typed)).toThrow(refused);
        expect(findKeyFault(typed)).toBeDefined();
      }),
      RUNS,
    );
  });

  it("D07 with any one character another, or two changed about, opens nothing", () => {
    const slot = wrapRootKey(
      { ...alice.slotPlace, type: "hardware_key", params: new Uint8Array(0) },
      deriveHardwareKeySlotSecret(secret, alice.place.uid),
      alice.urk,
    );
    const open = (typed: string) =>
      unwrapRootKey(
        slot,
        { ...alice.place, type: "hardware_key" },
        deriveHardwareKeySlotSecret(readHardwareKey(typed), alice.place.uid),
      ).urk;
    expect(open(text)).toEqual(alice.urk);
    const others = [...bare].flatMap((right, at) =>
      [...ALPHABET].filter((character) => character !== right).map((character) => replaced(at, character)),
    );
    const turned = Array.from(
      { length: 35 },
      (_, at) => replaced(at, bare[at + 1] ?? "").slice(0, at + 1) + bare[at] + bare.slice(at + 2),
    );
    const some = others.filter((_, i) => i % STRIDE === 0);
    for (const typed of [...some, ...turned.filter((one) => one !== bare)])
      expect(() => open(typed), typed).toThrow(refused);
    expect(others).toHaveLength(36 * 31);
  });

  it("says of a look-alike, a small letter and a mistyped character what they are", () => {
    expect(findKeyFault(replaced(3, "0"))).toMatchObject({
      is: "strange",
      says: expect.stringContaining("“0” stands in no"),
    });
    expect(findKeyFault(replaced(3, "0").replace(/.$/, "1"))?.says).toMatch(/^“0”, “1” stand in no recovery key: /);
    expect(findKeyFault("ab")?.says).toContain("capital letters and the digits 2 to 7");
    expect(findKeyFault("\tA")?.says).toContain("a line break or tab");
    expect(findKeyFault(text.slice(0, 10))).toEqual({ is: "unfinished", says: "8 of 36 characters." });
    expect(findKeyFault(`${text}AB`)?.says).toBe("38 characters; a recovery key has 36.");
    expect(findKeyFault(replaced(5, bare[5] === "A" ? "B" : "A"))).toMatchObject({ is: "mistyped" });
  });
});
