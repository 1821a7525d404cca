import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { drawKit } from "#shared/client/recovery/kit/draw-kit.ts";
import { type KitFacts, type KitSecret, keyIdOf, kitTextOf } from "#shared/client/recovery/kit/facts.ts";
import { qrOf } from "#shared/client/recovery/kit/qr.ts";
import { makePhraseEntropy, phraseOf } from "#shared/crypto/slots/bip39.ts";
import { hardwareKeyText, makeHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { readPdf } from "#test/support/read-pdf.ts";
import { readQr } from "#test/support/read-qr.ts";
import { RUNS, SELDOM_MS, seldom } from "#test/support/runs.ts";

vi.setConfig({ testTimeout: 60_000 });

const facts = (more: Partial<KitFacts> = {}): KitFacts => ({
  ...{ organisation: "Example Works", address: "https://ocmt.example.org", email: "ada@example.org" },
  ...{
    keyId: keyIdOf(new Uint8Array(32).fill(7)),
    madeAt: new Date("2030-01-02T03:04:05Z"),
    secret: { kind: "blank" },
  },
  ...more,
});
const print = async (secret: KitSecret, more: Partial<KitFacts> = {}) =>
  readPdf(await drawKit(facts({ secret, ...more })));

describe("a recovery kit", () => {
  it("says on paper and to a camera whose it is, where it belongs, of which keys, and since when", async () => {
    const { texts, squares } = await print({ kind: "blank" });
    for (const fact of ["Example Works", "https://ocmt.example.org", "ada@example.org", facts().keyId, "2030-01-02"])
      expect(texts).toContain(fact);
    expect(readQr(squares)).toBe(kitTextOf(facts()));
    expect(readQr(squares).split("\n")).toEqual([
      "OCMT recovery kit",
      "Organisation: Example Works",
      "Address: https://ocmt.example.org",
      "Account: ada@example.org",
      `Key id: ${facts().keyId}`,
      "Made on: 2030-01-02",
    ]);
  });

  it("has the words in their order where they are wanted on it, and otherwise places to write them", async () => {
    const words = phraseOf(makePhraseEntropy());
    const { texts, squares } = await print({ kind: "phrase", words });
    const printed = Array.from({ length: 12 }, (_, at) => texts[texts.indexOf(`${at + 1}.`) + 1]);
    expect(printed.join(" ")).toBe(words);
    const blank = await print({ kind: "blank" });
    for (const word of words.split(" ")) expect(blank.texts).not.toContain(word);
    expect(blank.texts.filter((text) => /^\d+\.$/.test(text))).toHaveLength(12);
    expect(readQr(squares)).toBe(kitTextOf(facts()));
  });

  it("has the key in nine groups where it is wanted on it, and never in the code for a camera", async () => {
    const key = hardwareKeyText(makeHardwareKey());
    const { texts, squares } = await print({ kind: "key", key });
    expect(texts.filter((text) => /^[A-Z2-7]{4}$/.test(text) && text !== "OCMT").join("-")).toBe(key);
    expect(readQr(squares)).toBe(kitTextOf(facts()));
  });

  it("is printed for any name: letters that its fonts lack are marked, and whole for a camera", async () => {
    const organisation = "Zoë & 株式会社 Łódź";
    const { texts, squares } = await print({ kind: "blank" }, { organisation });
    expect(texts).toContain("Zoë & ???? ?ód?");
    expect(readQr(squares)).toContain(`Organisation: ${organisation}`);
  });

  it("can be drawn for any organisation, address and e-mail", { timeout: SELDOM_MS }, async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(text, text, async (organisation, email) => {
        const pdf = await drawKit(facts({ organisation, email }));
        expect(readPdf(pdf).texts).toContain("OCMT recovery kit");
      }),
      { numRuns: seldom(40) },
    );
  });

  it("names the keys it is of: other keys, another id", () => {
    expect(keyIdOf(new Uint8Array(32))).toMatch(/^([0-9a-f]{4} ){4}[0-9a-f]{4}$/);
    expect(keyIdOf(new Uint8Array(32).fill(1))).not.toBe(keyIdOf(new Uint8Array(32)));
  });
});

describe("a code for a camera", () => {
  it("is read back as it was written, whatever it says", () => {
    const printable = fc.string({ unit: "grapheme-composite", maxLength: 60 });
    fc.assert(
      fc.property(printable, (text) => {
        expect(readQr(qrOf(`a ${text}`))).toBe(`a ${text}`);
      }),
      RUNS,
    );
    const digits = "01234 56789 ".repeat(6).trim();
    expect(readQr(qrOf(digits))).toBe(digits);
  });
});
