import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { listPurposes } from "#shared/crypto/encoding/purposes.ts";
import type { Frozen } from "./frozen.ts";

const root = new URL("../../../", import.meta.url);
const text = (path: string) => readFileSync(new URL(path, root), "utf8");
const page = text("docs/formats.md");
const frozen = JSON.parse(text("test/unit/crypto/frozen.json")) as Frozen; // written by make-frozen.ts

describe("docs/formats.md", () => {
  it("names every four letters and every purpose in the code", () => {
    const sources = readdirSync(new URL("shared/crypto/", root), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".ts"))
      .map((name) => text(`shared/crypto/${name}`));
    const letters = new Set(sources.flatMap((source) => source.match(/"OC[A-Z0-9]{2}"/g) ?? []));
    expect(letters.size).toBeGreaterThanOrEqual(9);
    for (const quoted of letters) expect(page, quoted).toContain(quoted.slice(1, -1));
    const table = page.slice(page.indexOf("## Purposes"), page.indexOf("## Committing envelope"));
    const named = new Set(
      table.split("\n").flatMap((line) => (line.split("|")[1] ?? "").split(",").map((word) => word.trim())),
    );
    for (const purpose of listPurposes()) expect([...named], purpose).toContain(purpose);
    const extra = [...named].filter(
      (word) => word && !["purpose", "---"].includes(word) && !listPurposes().some((p) => p === word),
    );
    expect(extra).toEqual([]);
  });

  it.each([
    ["slot passphrase", 193],
    ["slot bip39", 164],
    ["slot hardware key", 164],
    ["slot device", 180],
    ["slot passkey", 164 + 20],
    ["slot set", 83 + 2 * 32],
    ["identity", 195],
    ["bundle", 1463],
    ["device certificate", 1389],
    ["signed write", 142],
    ["agent certificate", 1445],
    ["sealed to", 1359 + "queued-message".length + 32],
    ["state key", 1359 + "state-key".length + 32],
    ["launch", 269],
    ["item part", 139 + 64],
    ["item key", 171],
    ["item share", 1359 + "item-share".length + 65],
    ["manifest", 289],
    ["vault chain", 305],
    ["slot contacts", 180],
    ["key share", 185],
    ["grant", 446 + "weather".length + "https://api.weather.example".length + "keyurl".length - 8],
    ["grant revocation", 125],
    ["grant call", 1359 + "grant-call".length + 2 + 157 + 1216 + 32],
    ["grant answer", 1359 + "grant-answer".length + 32],
    ["vault ring", 57 + 72 + 3 + 36],
    ["vault opening", 1413],
    ["vault file", 61 + 56 + 1024 + 16],
    ["recovery share", 1359 + "recovery-share".length + 32],
    ["recovery release", 1359 + "recovery-release".length + 32],
    ["enrolment request", 1379 + "Firefox on Linux".length],
    ["enrolment answer", 1359 + "enrolment-answer".length + 64],
    ["state", 110 + 56 + 32 + 16],
  ])("gives the size of %s as it is: %i", (format, size) => {
    for (const blob of frozen.positive.filter((one) => one.format === format)) {
      expect(decodeBase64url(blob.bytes)).toHaveLength(size);
    }
    expect(frozen.positive.some((one) => one.format === format)).toBe(true);
  });
});
