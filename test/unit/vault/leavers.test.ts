import { beforeEach, describe, expect, it } from "vitest";
import { dismissLeaver } from "#lambdas/agents/jobs/leavers.ts";
import type { SweepCtx } from "#lambdas/agents/jobs/sweep-ctx.ts";
import { acceptInvite } from "#lambdas/tenants/invites/answers.ts";
import { invite } from "#lambdas/tenants/invites/invites.ts";
import { removeMember } from "#lambdas/tenants/members.ts";
import { addSteps as addStepsTo } from "#lambdas/vault/members.ts";
import type { AnyChange } from "#platform/tables/change.ts";
import { dismissGone } from "#shared/client/vault/keys/whole-tenant.ts";
import { currentKeyGen, membersOf } from "#shared/crypto/vault/chain.ts";
import { rightsOf } from "#shared/crypto/vault/rights.ts";
import { EDIT, GroupWorld, type Someone, share } from "#test/support/group-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";

type OwnerCtx = Parameters<GroupWorld["join"]>[0];
const code = (value: string) => ({ code: value });

describe("somebody who is removed from the organisation, and invited again", () => {
  let world: GroupWorld;
  let ann: Someone;
  let ben: Someone;
  beforeEach(async () => {
    world = new GroupWorld();
    ann = await world.owner("work");
    ben = await world.colleague(ann, "ben");
  });

  const remove = () => removeMember(ann.ctx as OwnerCtx, { userId: ben.account.uid });
  const clearAway = async () => {
    const { actor, table } = ann.ctx;
    const due = { tenantId: actor.tenantId, sk: `LEFT#${ben.account.uid}`, dueAt: world.clock.toISOString() };
    const ctx = { enterTenant: () => table, now: () => world.clock } as unknown as SweepCtx; // no agents: nothing else is asked
    await dismissLeaver(ctx, due);
  };
  const inviteAgain = async () => {
    await invite(ann.ctx as OwnerCtx, { emails: ["ben@work.example"], role: "member" });
    await accept();
  };
  const accept = async () => {
    const actor = ben.ctx.actor as Extract<typeof ben.ctx.actor, { kind: "user" }>;
    const person = { ...actor, tenantId: null, role: null } as const;
    await acceptInvite(world.personCtx(person), { secret: world.mail.secret() });
  };

  it("has nothing back that was shared: no vault, no item; their own vault is theirs", async () => {
    const own = await ben.vaults.open("own");
    await own.save(world.newItem(), noteOf("Diary"));
    const { vaultId } = await share(ann, [{ who: ben, rights: EDIT }]);
    const offered = await ann.vaults.create("Offered");
    await (await ann.vaults.open(offered)).addMember(ben.account.uid, rightsOf(EDIT));
    const book = await ann.vaults.open("own");
    const bank = await book.save(world.newItem(), loginOf("Bank"));
    const terms = { to: ben.account.uid, level: "read", expiresAt: null, opensMax: null } as const;
    const given = await world.sharesOf(ann).give(book, bank.id, terms);
    await world.sharesOf(ben).answer(given.id, "accept");
    await remove();
    await expect(inviteAgain()).rejects.toMatchObject(code("member.leaving"));
    await clearAway();
    await accept();
    expect((await ben.api.listVaults({})).items).toMatchObject([{ kind: "personal" }]);
    await expect(ben.api.getVault({ vaultId })).rejects.toMatchObject(code("vault.not_found"));
    await expect(ben.api.answerVault({ vaultId: offered, answer: "accept" })).rejects.toMatchObject(
      code("vault.not_found"),
    );
    expect(await world.sharesOf(ben).received()).toEqual([]);
    expect(await world.sharesOf(ann).given(book.vaultId)).toMatchObject([{ state: "revoked" }]);
    expect((await own.list()).map(({ entry }) => entry?.name)).toEqual(["Diary"]);
  });

  it("stands in the chain until they are taken out there, with another key; then they can be added again", async () => {
    const { book } = await share(ann, [{ who: ben, rights: EDIT }]);
    await remove();
    expect(membersOf(book.head().chain)).toHaveLength(2);
    await dismissGone(book, [ben.account.uid]);
    expect([membersOf(book.head().chain).length, currentKeyGen(book.head().chain)]).toEqual([1, 2]);
    await clearAway();
    await inviteAgain();
    await book.addMember(ben.account.uid, rightsOf(EDIT));
    expect((await ben.api.listVaults({})).items.filter(({ state }) => state === "offered")).toHaveLength(1);
  });

  it("F13 makes nothing that lasts in the seconds in which they are still believed to belong", async () => {
    const own = await ben.vaults.open("own");
    const bank = await own.save(world.newItem(), loginOf("Bank"));
    await remove();
    const refused = code("auth.no_tenant");
    await expect(ben.vaults.create("Finance")).rejects.toMatchObject(refused);
    const terms = { to: ann.account.uid, level: "read", expiresAt: null, opensMax: null } as const;
    await expect(world.sharesOf(ben).give(own, bank.id, terms)).rejects.toMatchObject(refused);
    const again = invite(ben.ctx as OwnerCtx, { emails: ["another@ben.example"], role: "admin" });
    await expect(again).rejects.toMatchObject(refused);
    expect(world.mail.letters.map(({ to }) => to)).not.toContain("another@ben.example");
  });

  it("is added to nothing while they are being removed", async () => {
    const vaultId = await ann.vaults.create("Finance");
    const { table } = ann.ctx;
    const slowTable: typeof table = Object.assign(Object.create(table), {
      write: async (...changes: readonly AnyChange[]) => {
        await remove(); // after it was looked up that they belong
        await table.write(...changes);
      },
    });
    const addSteps: typeof ann.api.addSteps = (input) => addStepsTo({ ...ann.ctx, table: slowTable }, input);
    const slow = await world.freshDevice(ann, { api: { ...ann.api, addSteps } }).open(vaultId);
    await expect(slow.addMember(ben.account.uid, rightsOf(EDIT))).rejects.toMatchObject(code("vault.member_unknown"));
    expect(membersOf((await world.freshDevice(ann).open(vaultId)).head().chain)).toHaveLength(1);
  });
});
