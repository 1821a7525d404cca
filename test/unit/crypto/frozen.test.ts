import { readFileSync } from "node:fs";
import { describe, expect, it, vi } from "vitest";
import { FORMAT_NAMES } from "./formats.ts";
import { type Frozen, openFrozen } from "./frozen.ts";

vi.setConfig({ testTimeout: 60_000 });

const frozen = JSON.parse(readFileSync(new URL("frozen.json", import.meta.url), "utf8")) as Frozen; // written by make-frozen.ts

/** Formats published elsewhere, which carry no letters and no suite byte of ours. */
const WITHOUT_SUITE = ["chunked aes", "chunked xchacha"];

describe("A09 frozen vectors", () => {
  it("are at least 40 that open and 200 that do not, over all formats", () => {
    expect(frozen.positive.length).toBeGreaterThanOrEqual(40);
    expect(frozen.negative.length).toBeGreaterThanOrEqual(200);
    expect(new Set(frozen.positive.map(({ format }) => format))).toEqual(new Set(FORMAT_NAMES));
    expect(new Set(frozen.negative.map(({ blob }) => blob)).size).toBe(frozen.positive.length);
  });

  it.each(FORMAT_NAMES)("still open as first written: %s", async (name) => {
    for (const blob of frozen.positive.filter(({ format }) => format === name)) {
      expect(await openFrozen(blob)).toBe(blob.inside);
    }
  });

  it.each(FORMAT_NAMES)("are still refused, for the same reason: %s", async (name) => {
    for (const { blob, edit, code } of frozen.negative) {
      const source = frozen.positive[blob];
      if (source?.format !== name) continue;
      await expect(openFrozen(source, edit), JSON.stringify(edit)).rejects.toThrow(expect.objectContaining({ code }));
    }
  });

  it("B22 are refused as unknown under every other suite byte and every other letter", async () => {
    for (const blob of frozen.positive) {
      if (WITHOUT_SUITE.includes(blob.format) || blob.world !== 101) continue;
      const unknown = expect.objectContaining({ code: "crypto.suite" });
      for (const to of [0, 2, 3, 0x7f, 0x81, 0xff]) {
        await expect(openFrozen(blob, { set: 4, to }), `${blob.format} suite ${to}`).rejects.toThrow(unknown);
      }
      for (let bit = 0; bit < 32; bit++) {
        await expect(openFrozen(blob, { flipBit: bit }), `${blob.format} bit ${bit}`).rejects.toThrow(unknown);
      }
    }
  });
});
