import { beforeEach, describe, expect, it } from "vitest";
import { changeRole, listMembers, removeMember } from "#lambdas/tenants/members.ts";
import { addSteps as addStepsTo } from "#lambdas/vault/members.ts";
import type { AnyChange } from "#platform/tables/change.ts";
import { listCandidates, reviewHolders } from "#shared/client/vault/openings/holders.ts";
import type { VaultsInput } from "#shared/client/vault/vaults.ts";
import { membersOf } from "#shared/crypto/vault/chain.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";
import type { Someone } from "#test/support/group-world.ts";
import { RotationWorld } from "#test/support/rotation-world.ts";

type OwnerCtx = Parameters<RotationWorld["join"]>[0];

let world: RotationWorld;
let ann: Someone;
let ben: Someone;
let eve: Someone;
let joe: Someone;
const code = (value: string) => ({ code: value });
const idOf = ({ account }: Someone) => account.uid;

beforeEach(async () => {
  world = new RotationWorld();
  ann = await world.owner("work");
  for (const row of world.store.rows.values()) if (row["tier"] === "free") row["tier"] = "pro"; // more than three people
  ben = await world.colleague(ann, "ben", "admin");
  eve = await world.colleague(ann, "eve", "admin");
  joe = await world.colleague(ann, "joe");
});

const members = async () => (await listMembers(ann.ctx as OwnerCtx, { limit: 100 })).items;
const give = async (who: Someone, role: Role) => {
  const member = (await members()).find(({ userId }) => userId === idOf(who)) ?? expect.fail("no member");
  return changeRole(ann.ctx as OwnerCtx, { userId: idOf(who), role, version: member.version });
};
const make = async (threshold: number, holders: readonly Someone[]) => {
  const vaultId = await ann.vaults.createThreshold("Break glass", { threshold, holders: holders.map(idOf) });
  for (const { api } of holders.slice(1)) await api.answerVault({ vaultId, answer: "accept" });
  return vaultId;
};
/** One of them asks, and another releases. */
const open = async (vaultId: Id<"vault">, opener: Someone, other: Someone, more: Partial<VaultsInput> = {}) => {
  const vaults = world.freshDevice(opener, more);
  const asked = await vaults.threshold(vaultId).ask("A new set");
  const [seen] = await other.vaults.threshold(vaultId).others();
  await other.vaults.threshold(vaultId).answer(seen ?? expect.fail("nobody asks"), "released");
  await vaults.threshold(vaultId).look(asked);
  return { vaults };
};
const review = async (vaultId: Id<"vault">) =>
  reviewHolders(ann.vaults.people, (await ann.vaults.threshold(vaultId).read()).quorum, await members());

describe("those who hold the shares of a vault", () => {
  it("are owners and admins: the platform keeps no set with anybody else in it", async () => {
    const holders = [ann, ben, joe].map(idOf);
    await expect(ann.vaults.createThreshold("Break glass", { threshold: 2, holders })).rejects.toMatchObject(
      code("vault.holder_role"),
    );
    await expect(joe.vaults.createThreshold("Mine", { threshold: 2, holders })).rejects.toMatchObject(
      code("auth.forbidden"),
    );
    await give(joe, "admin");
    await expect(ann.vaults.createThreshold("Break glass", { threshold: 2, holders })).resolves.toBeTypeOf("string");
  });

  it("make no other set once they are no admin any more", async () => {
    const vaultId = await make(2, [ann, ben, eve]);
    const actor = { ...ben.ctx.actor, role: "member" } as typeof ben.ctx.actor;
    const addSteps: typeof ben.api.addSteps = (input) => addStepsTo({ ...ben.ctx, actor }, input);
    const { vaults } = await open(vaultId, ben, ann, { api: { ...ben.api, addSteps } });
    const terms = { threshold: 2, holders: [ann, eve].map(idOf) };
    await expect((await vaults.open(vaultId)).setQuorum(terms)).rejects.toMatchObject(code("vault.holder_role"));
  });

  it("are admins still when the set is kept", async () => {
    const { table } = ann.ctx;
    const slowTable: typeof table = Object.assign(Object.create(table), {
      write: async (...changes: readonly AnyChange[]) => {
        await give(eve, "member"); // after it was looked up what they are
        await table.write(...changes);
      },
    });
    const addSteps: typeof ann.api.addSteps = (input) => addStepsTo({ ...ann.ctx, table: slowTable }, input);
    const slow = world.freshDevice(ann, { api: { ...ann.api, addSteps } });
    const terms = { threshold: 2, holders: [ann, eve].map(idOf) };
    await expect(slow.createThreshold("Break glass", terms)).rejects.toMatchObject(code("vault.changed"));
  });

  it("can be chosen among owners and admins, of whom the client says who has keys", async () => {
    await world.join(ann.ctx as OwnerCtx, "new@work.example", "admin");
    const found = await listCandidates(ann.vaults.people, await members());
    expect(Object.fromEntries(found.map(({ email, keys }) => [email.split("@")[0], keys]))).toMatchObject({
      ben: "known",
      eve: "known",
      new: "none",
    });
    expect(found.map(({ userId }) => userId)).not.toContain(idOf(joe));
  });

  it("are as they were chosen: nobody is lost, and the next set is the same", async () => {
    const vaultId = await make(2, [ann, ben, eve]);
    expect(await review(vaultId)).toEqual({ lost: [], next: { threshold: 2, holders: [ann, ben, eve].map(idOf) } });
  });

  it("are named when they have left or are no admin any more, with a set of the others", async () => {
    const vaultId = await make(3, [ann, ben, eve]);
    await give(ben, "member");
    expect(await review(vaultId)).toEqual({
      lost: [{ person: idOf(ben), why: "role" }],
      next: { threshold: 2, holders: [ann, eve].map(idOf) },
    });
    await removeMember(ann.ctx as OwnerCtx, { userId: idOf(eve) });
    const { lost, next } = await review(vaultId);
    expect(lost.map(({ why }) => why)).toEqual(["role", "left"]);
    expect(next).toBeUndefined(); // nobody opens it alone
  });

  it("are named when they have changed their keys, and get a share to the new ones by the next set", async () => {
    const vaultId = await make(2, [ann, ben, eve]);
    const { account } = await world.rotate(eve);
    const { lost, next } = await review(vaultId);
    expect(lost).toEqual([{ person: idOf(eve), why: "keys" }]);
    if (!next) expect.fail("three are there");
    expect(next).toEqual({ threshold: 2, holders: [ann, ben, eve].map(idOf) });
    const { vaults } = await open(vaultId, ann, ben);
    const book = await vaults.open(vaultId);
    await book.setQuorum(next);
    expect(membersOf(book.head().chain)).toHaveLength(3);
    expect((await review(vaultId)).lost).toEqual([]);
    const eves = world.freshDevice({ ...eve, account });
    const mine = await eves.threshold(vaultId).ask("Mine again");
    expect(await eves.threshold(vaultId).look(mine)).toMatchObject({ released: 1, forged: [] });
  });
});
