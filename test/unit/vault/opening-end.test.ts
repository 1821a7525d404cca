import { beforeEach, describe, expect, it } from "vitest";
import type { VaultsInput } from "#shared/client/vault/vaults.ts";
import type { Opening } from "#shared/contracts/vault-openings.ts";
import type { Id } from "#shared/ids.ts";
import { GroupWorld, type Someone } from "#test/support/group-world.ts";

const MINUTE_MS = 60_000;
let world: GroupWorld;
let ann: Someone;
let ben: Someone;
let vaultId: Id<"vault">;

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben", "admin");
  await world.upgrade(ann.account.tid, "pro");
  const holders = [ann.account.uid, ben.account.uid];
  vaultId = await ann.vaults.createThreshold("Break glass", { threshold: 2, holders });
  await ben.api.answerVault({ vaultId, answer: "accept" });
});

const at = (ms: number) => new Date(world.clock.getTime() + ms);

/** A platform that believes any clock and says of an opening that it ends when it likes. */
function lying(expiresAt: string) {
  const kept: Opening[] = [];
  const startOpening: VaultsInput["api"]["startOpening"] = async ({ id, request, reasons }) => {
    const opening = { id, request, openerId: ann.account.uid, answers: [], expiresAt };
    kept.push({ ...opening, reason: reasons[0]?.reason ?? null });
    return { ...opening, reason: null };
  };
  const apiOf = ({ api }: Someone) => ({ ...api, startOpening, listOpenings: async () => ({ items: kept }) });
  const deviceOf = (who: Someone, aheadMs = 0) =>
    world.freshDevice(who, { api: apiOf(who), now: () => at(aheadMs) }).threshold(vaultId);
  return deviceOf;
}

describe("the end of an opening", () => {
  it("is what was signed, for who asks and for who is asked, though the platform says a later one", async () => {
    const deviceOf = lying(at(365 * 24 * 60 * MINUTE_MS).toISOString());
    const signed = at(15 * MINUTE_MS).toISOString();
    expect((await deviceOf(ann).ask("Payroll")).expiresAt).toBe(signed);
    expect(await deviceOf(ben).others()).toMatchObject([{ expiresAt: signed }]);
  });

  it("is sooner where the platform says so", async () => {
    const sooner = at(5 * MINUTE_MS).toISOString();
    const deviceOf = lying(sooner);
    expect((await deviceOf(ann).ask("Payroll")).expiresAt).toBe(sooner);
    expect(await deviceOf(ben).others()).toMatchObject([{ expiresAt: sooner }]);
  });

  it("is not put off by a request that was signed for later: nobody is shown it before its time", async () => {
    const deviceOf = lying(at(365 * 24 * 60 * MINUTE_MS).toISOString());
    await deviceOf(ann, 6 * MINUTE_MS).ask("Payroll");
    expect(await deviceOf(ben).others()).toEqual([]);
    await deviceOf(ann, 4 * MINUTE_MS).ask("Payroll"); // a clock that is a little ahead
    expect(await deviceOf(ben).others()).toHaveLength(1);
  });
});
