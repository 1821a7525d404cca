import { beforeEach, describe, expect, it } from "vitest";
import { acceptInvite, declineInvite, showInvite } from "#lambdas/tenants/invites/answers.ts";
import { cancelInvite, invite, listInvites, resendInvite } from "#lambdas/tenants/invites/invites.ts";
import { listMembers } from "#lambdas/tenants/members.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { TenantsWorld } from "#test/support/tenants.ts";

const DAY = 24 * 3600 * 1000;
const EMAIL = "bob@example.org";

describe("an invite", () => {
  let world: TenantsWorld;
  let owner: Ctx & TenantsWorld["ports"];
  beforeEach(async () => {
    world = new TenantsWorld();
    owner = (await world.found("acme")).owner;
  });
  const send = async (...emails: string[]) => (await invite(owner, { emails, role: "member" })).items;
  const asPerson = async (email: string) => world.personCtx(await world.resident(email));

  it("brings the person it was sent to into the organisation, once", async () => {
    const [sent] = await send(EMAIL);
    expect(sent).toMatchObject({ email: EMAIL, role: "member", state: "pending", version: 1 });
    expect(world.mail.letters.at(-1)?.text).toMatch(/https:\/\/ocmt\.example\/invite#[\w-]{43}\s/);
    const bob = await asPerson(EMAIL);
    const secret = world.mail.secret();
    expect(await showInvite(bob, { secret })).toMatchObject({ tenantName: "acme", role: "member" });
    expect(await acceptInvite(bob, { secret })).toEqual({ tenantId: owner.actor.tenantId });
    expect((await listMembers(owner, { limit: 10 })).items).toHaveLength(2);
    expect((await listInvites(owner, { limit: 10 })).items).toEqual([]);
    await expect(acceptInvite(bob, { secret })).rejects.toMatchObject({ code: "invite.not_found" });
    expect(world.auditEvents()).toEqual(["tenant.created", "invite.sent", "member.joined"]);
  });

  it("keeps no secret in the table", async () => {
    await send(EMAIL);
    expect(JSON.stringify([...world.store.rows])).not.toContain(world.mail.secret());
  });

  it("opens for nobody but the address it was sent to", async () => {
    await send(EMAIL);
    const eve = await asPerson("eve@example.org");
    const secret = world.mail.secret();
    for (const act of [showInvite, acceptInvite, declineInvite]) {
      await expect(act(eve, { secret })).rejects.toMatchObject({ code: "invite.other_address" });
    }
  });

  it("ends after seven days, and is listed as expired", async () => {
    await send(EMAIL);
    const bob = await asPerson(EMAIL);
    world.turn(7 * DAY);
    const late = acceptInvite(bob, { secret: world.mail.secret() });
    await expect(late).rejects.toMatchObject({ code: "invite.expired" });
    expect((await listInvites(owner, { limit: 10 })).items).toMatchObject([{ state: "expired" }]);
    await send(EMAIL);
  });

  it("is sent again with a new secret; the old one opens nothing", async () => {
    const [sent] = await send(EMAIL);
    const old = world.mail.secret();
    world.turn(6 * DAY);
    const again = await resendInvite(owner, { inviteId: sent?.id ?? "inv_" });
    expect(again).toMatchObject({ version: 2, expiresAt: new Date(world.clock.getTime() + 7 * DAY).toISOString() });
    const bob = await asPerson(EMAIL);
    await expect(acceptInvite(bob, { secret: old })).rejects.toMatchObject({ code: "invite.not_found" });
    world.turn(6 * DAY);
    await acceptInvite(bob, { secret: world.mail.secret() });
  });

  it("is taken back, or refused, and opens nothing then", async () => {
    const [one] = await send(EMAIL);
    await cancelInvite(owner, { inviteId: one?.id ?? "inv_" });
    const bob = await asPerson(EMAIL);
    const secret = world.mail.secret();
    await expect(showInvite(bob, { secret })).rejects.toMatchObject({ code: "invite.not_found" });
    await send(EMAIL);
    await declineInvite(bob, { secret: world.mail.secret() });
    expect((await listInvites(owner, { limit: 10 })).items).toEqual([]);
    expect(world.auditEvents().slice(1)).toEqual(["invite.sent", "invite.cancelled", "invite.sent", "invite.declined"]);
  });

  it("is answered once: of acceptance, refusal and cancelling at once, one happens", async () => {
    const [sent] = await send(EMAIL);
    const bob = await asPerson(EMAIL);
    const secret = world.mail.secret();
    const acts = [
      acceptInvite(bob, { secret }),
      declineInvite(bob, { secret }),
      cancelInvite(owner, { inviteId: sent?.id ?? "inv_" }),
    ];
    const outcomes = await Promise.allSettled(acts);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("is one for each address, though asked for twice at once or in one list", async () => {
    expect(await send(EMAIL, "carol@example.org", EMAIL)).toHaveLength(2);
    await expect(send(EMAIL)).rejects.toMatchObject({ code: "invite.exists" });
    const both = await Promise.allSettled([send("dave@example.org"), send("dave@example.org")]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  it("is not sent to a member", async () => {
    await world.join(owner, EMAIL, "member");
    await expect(send("carol@example.org", EMAIL)).rejects.toMatchObject({ code: "member.exists" });
    expect((await listInvites(owner, { limit: 10 })).items).toEqual([]);
  });

  it("can be sent twenty at once, in one transaction", async () => {
    expect(await send(...Array.from({ length: 20 }, (_, n) => `p${n}@example.org`))).toHaveLength(20);
    expect(world.mail.letters).toHaveLength(20);
  });

  it("is mailed to sixty addresses an hour by one organisation, and no more", async () => {
    for (let n = 0; n < 3; n++) await send(...Array.from({ length: 20 }, (_, i) => `p${n}-${i}@example.org`));
    await expect(send("more@example.org")).rejects.toMatchObject({ code: "request.too_many" });
  });

  it("G02 fills what the plan leaves and no more, though many accept at once", async () => {
    const secrets: string[] = [];
    const people: Awaited<ReturnType<typeof asPerson>>[] = [];
    for (let n = 0; n < 10; n++) {
      await send(`p${n}@example.org`);
      secrets.push(world.mail.secret());
      people.push(await asPerson(`p${n}@example.org`));
    }
    const outcomes = await Promise.allSettled(people.map((ctx, n) => acceptInvite(ctx, { secret: secrets[n] ?? "" })));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(2);
    const refused = outcomes.find(({ status }) => status === "rejected");
    expect(refused).toMatchObject({ reason: { code: "quota.exceeded", details: { what: "users", limit: 3 } } });
    expect((await listMembers(owner, { limit: 10 })).items).toHaveLength(3);
  });

  it("G04 is judged by the plan of the moment it is accepted in, not of the moment it was read in", async () => {
    await world.upgrade(owner.actor.tenantId, "enterprise");
    await send(EMAIL);
    const bob = await asPerson(EMAIL);
    const table = world.table(owner.actor.tenantId);
    const write: typeof table.write = async (...changes) => {
      await world.upgrade(owner.actor.tenantId, "free");
      await table.write(...changes);
    };
    const late = acceptInvite({ ...bob, enterTenant: () => ({ ...table, write }) }, { secret: world.mail.secret() });
    await expect(late).rejects.toMatchObject({ code: "request.conflict" });
    expect((await listMembers(owner, { limit: 10 })).items).toHaveLength(1);
  });

  it("has no such limit where the plan has none", async () => {
    await world.upgrade(owner.actor.tenantId, "enterprise");
    for (let n = 0; n < 8; n++) await world.join(owner, `p${n}@example.org`, "member");
    expect((await listMembers(owner, { limit: 100 })).items).toHaveLength(9);
  });

  it("does not exist for another organisation", async () => {
    const [sent] = await send(EMAIL);
    const { owner: stranger } = await world.found("other", "eve@example.org");
    const inviteId = sent?.id ?? "inv_";
    await expect(cancelInvite(stranger, { inviteId })).rejects.toMatchObject({ code: "invite.not_found" });
    await expect(resendInvite(stranger, { inviteId })).rejects.toMatchObject({ code: "invite.not_found" });
    expect((await listInvites(stranger, { limit: 10 })).items).toEqual([]);
  });

  it("H06 puts no line break of a name into the letter's subject, and no tag into its page", async () => {
    await owner.table.update({
      do: "update",
      sk: "TENANT",
      set: { name: "<b>A\r\nBcc: x@y.z" },
      otherwise: "tenant.not_found",
    });
    await send(EMAIL);
    const letter = world.mail.letters.at(-1);
    expect(letter?.html).not.toContain("<b>");
    expect(letter?.html).toContain("&lt;b&gt;");
  });
});
