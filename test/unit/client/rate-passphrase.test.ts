import { describe, expect, it } from "vitest";
import { ratePassphrase } from "#shared/client/rate-passphrase.ts";
import { makePassphrase } from "#shared/crypto/slots/passphrase.ts";

describe("a passphrase that somebody chose", () => {
  it.each([
    ["one that was made here", makePassphrase()],
    ["words that nobody else has said", "seven words that nobody else has said"],
    ["few characters of which none follows from another", "vT9#qLz!2wRb"],
  ])("is enough: %s", (_, passphrase) => {
    expect(ratePassphrase(passphrase, [])).toEqual({ score: 4, isEnough: true, says: "Strong." });
  });

  it.each([
    ["nothing", ""],
    ["as many characters as anybody may ask for, all alike", "a".repeat(200)],
    ["long, and first in every list", "passwordpasswordpassword"],
    ["long, and a row of keys", "qwertyuiopasdfghjklzxcvb"],
    ["long, and said by everybody", "iloveyouiloveyouiloveyou1985"],
  ])("is not: %s", (_, passphrase) => {
    const { score, isEnough, says } = ratePassphrase(passphrase, []);
    expect([score < 4, isEnough]).toEqual([true, false]);
    expect(says).toMatch(/^Not strong enough\. \S/);
  });

  it("is not where it is made of what others know of them, or of the passphrase before", () => {
    const own = ["ada.lovelace@analytical-engine.example", "otter lamp gravel sonnet"];
    for (const passphrase of [...own, "otter lamp gravel sonnet1"]) {
      expect(ratePassphrase(passphrase, []).isEnough).toBe(true);
      expect(ratePassphrase(passphrase, own).isEnough).toBe(false);
    }
  });

  it("is rated in no time, however long it is", () => {
    const began = performance.now();
    ratePassphrase("x1!y2?".repeat(20_000), []);
    expect(performance.now() - began).toBeLessThan(2_000);
  });
});
