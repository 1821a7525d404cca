import { describe, expect, it } from "vitest";
import type { Lending } from "#shared/client/lending/read.ts";
import { readTier, sayRevoked, type TierOptions } from "../../../sdk/cli/commands/agents/grant-terms.ts";

const asked = (tier: "live" | "sealed") => ({ letter: { tier } }) as Lending; // all that is looked at
const CASES: readonly (readonly ["live" | "sealed", TierOptions, string])[] = [
  ["live", {}, "live"],
  ["live", { tier: "live" }, "live"],
  ["live", { handOver: true }, "have not asked for the secret"],
  ["live", { tier: "sealed" }, "have not asked for the secret"],
  ["sealed", {}, "taking it back means changing it at the provider"],
  ["sealed", { tier: "sealed" }, "Say --hand-over, or --tier live"],
  ["sealed", { tier: "live" }, "live"],
  ["sealed", { handOver: true }, "sealed"],
  ["sealed", { handOver: true, tier: "sealed" }, "sealed"],
  ["sealed", { handOver: true, tier: "live" }, "not both"],
];

describe("ocmt grant approve", () => {
  it.each(CASES)("of a request for %s with %o: %s", (tier, given, says) => {
    const read = () => {
      try {
        return readTier(asked(tier), given);
      } catch (error) {
        return error instanceof Error ? error.message : "";
      }
    };
    expect(read()).toContain(says);
  });
});

describe("ocmt grant revoke", () => {
  it("says what taking back does not do, of what was handed over and of nothing else", () => {
    const ends = ["Their agent refuses from now on. The item has other keys.", "change the secret at its provider"];
    const said = sayRevoked({ tier: "sealed", isSealedAnew: true }).join(" ");
    for (const end of ends) expect(said).toContain(end);
    expect(sayRevoked({ tier: "sealed", isSealedAnew: false })[0]).toContain("Its keys stay");
    expect(sayRevoked({ tier: "live", isSealedAnew: false })).toEqual(["Revoked. Your agent refuses from now on."]);
  });
});
