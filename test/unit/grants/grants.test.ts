import { beforeEach, describe, expect, it } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { approveGrant, askForGrant, denyGrant, listGrants, revokeGrant } from "#lambdas/grants/grants.ts";
import { createKeyring } from "#lambdas/keyring/keyring.ts";
import { removeMember } from "#lambdas/tenants/members.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import { type Account, makeKeyring } from "#shared/client/keyring.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { signRevocation } from "#shared/crypto/grants/revocation.ts";
import { type Id, newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

const DAY_MS = 86_400_000;
const PAIR = { toIssuer: "for-ann", toSubject: "for-ben" };

describe("a grant between two people", () => {
  let world: AgentsWorld;
  let ann: AgentsCtx;
  let ben: AgentsCtx;
  let annAgent: Id<"agent">;
  let benAgent: Id<"agent">;
  let annTask: TaskCtx;
  let account: Account;
  beforeEach(async () => {
    world = new AgentsWorld();
    const owner = { ...(await world.owner("acme")), ...world.ports };
    ann = owner;
    const joined = await world.join(owner, "ben@acme.example", "member");
    await world.upgrade(owner.actor.tenantId, "enterprise");
    ben = { ...world.ctx(joined), ...world.lifecycle };
    const deployed = await world.deploy(ann);
    annAgent = deployed.agentId;
    annTask = await world.asTask(deployed.taskId);
    benAgent = (await world.deploy(ben)).agentId;
    const { tenantId: tid, userId: uid } = ann.actor;
    const deriveArgon2id = async () => new Uint8Array(32);
    const made = await makeKeyring({ tid, uid }, "a passphrase", { deriveArgon2id, now: world.clock });
    account = made.account;
    await createKeyring(ann, made.request);
  });

  const ask = (more: object = {}) => {
    world.turn(1); // ids grow with time
    return askForGrant(ben, {
      ...{ id: newId("grant", world.now()), issuerId: ann.actor.userId, agentId: benAgent },
      ...{ period: "week", maxUses: 10, tier: "live", request: PAIR, ...more },
    });
  };
  const inDays = (days: number) => new Date(world.now().getTime() + days * DAY_MS).toISOString();
  const approve = (grantId: Id<"grant">, more: object = {}, as = ann) =>
    approveGrant(as, {
      ...{ grantId, agentId: annAgent, maxUses: 5, notAfter: inDays(7), tier: "live", grant: PAIR },
      ...more,
    });
  const revocationOf = (grantId: Id<"grant">, atMs = 1) => {
    const place = { grantId, tid: account.tid, issuer: account.uid };
    return encodeBase64url(signRevocation(place, atMs, account.identity.sign.secretKey));
  };
  const codeOf = (code: string) => ({ code });

  it("F13 is not asked for by somebody who was removed, nor of somebody who is being removed", async () => {
    const cleo = world.ctx(await world.join({ ...ann, ...world.ports }, "cleo@acme.example", "member"));
    const { table } = ben;
    const write: typeof table.write = async (...changes) => {
      await removeMember(ann, { userId: cleo.actor.userId }); // after it was looked up that they belong
      await table.write(...changes);
    };
    ben = { ...ben, table: Object.assign(Object.create(table), { write }) };
    await expect(ask({ issuerId: cleo.actor.userId })).rejects.toMatchObject(codeOf("member.not_found"));
    ben = { ...ben, table };
    await removeMember(ann, { userId: ben.actor.userId });
    await expect(ask()).rejects.toMatchObject(codeOf("auth.no_tenant"));
  });

  it("is asked for, given and taken back, each with an audit line, and each side reads its own letter", async () => {
    const { id } = await ask();
    expect((await listGrants(ann, { limit: 10 })).items).toMatchObject([
      { id, side: "issuer", state: "asked", request: "for-ann", grant: null },
    ]);
    await approve(id);
    expect((await listGrants(ben, { limit: 10 })).items).toMatchObject([
      { id, side: "subject", state: "approved", maxUses: 5, request: "for-ben", grant: "for-ben", uses: 0 },
    ]);
    expect(await revokeGrant(ann, { grantId: id, revocation: revocationOf(id) })).toMatchObject({ state: "revoked" });
    expect(world.auditEvents().filter((event) => String(event).startsWith("grant."))).toEqual([
      ...["grant.asked", "grant.approved", "grant.revoked"],
    ]);
    expect(world.posted.at(-1)).toMatchObject({ control: { control: "wake", agentId: annAgent } });
  });

  it("is refused by the one who is asked, or withdrawn by the one who asks", async () => {
    const [one, two] = [await ask(), await ask()];
    expect(await denyGrant(ann, { grantId: one.id })).toMatchObject({ state: "denied" });
    expect(await denyGrant(ben, { grantId: two.id })).toMatchObject({ state: "withdrawn" });
    for (const { id } of [one, two]) await expect(approve(id)).rejects.toMatchObject(codeOf("grant.settled"));
  });

  it.each([
    ["more uses", () => ({ maxUses: 11 })],
    ["a longer time", () => ({ notAfter: inDays(8) })],
    ["no end", () => ({ notAfter: null })],
    ["an end that is past", () => ({ notAfter: inDays(-1) })],
  ])("is not given with %s than was asked for", async (_what, more) => {
    const { id } = await ask();
    await expect(approve(id, more())).rejects.toMatchObject(codeOf("grant.wider"));
    expect((await listGrants(ann, { limit: 10 })).items[0]).toMatchObject({ state: "asked", grant: null });
  });

  it("may have no end where that was asked for", async () => {
    const { id } = await ask({ period: "always" });
    expect(await approve(id, { notAfter: null })).toMatchObject({ state: "approved", notAfter: null });
  });

  it("is answered once, however many answer at the same moment", async () => {
    const { id } = await ask();
    const answers = [...Array.from({ length: 10 }, () => approve(id)), denyGrant(ann, { grantId: id })];
    const done = (await Promise.allSettled(answers)).filter(({ status }) => status === "fulfilled");
    expect(done).toHaveLength(1);
    const lines = world.auditEvents().filter((event) => /grant\.(approved|denied)/.test(String(event)));
    expect(lines).toHaveLength(1);
  });

  it("cannot be answered by the one who asked, by a colleague or with another's agent", async () => {
    const { id } = await ask();
    const carol = world.ctx(
      await world.join({ ...ann, ...world.ports } as never, "carol@acme.example", "admin"),
      world.lifecycle,
    );
    for (const other of [ben, carol])
      await expect(approve(id, {}, other)).rejects.toMatchObject(codeOf("grant.not_found"));
    await expect(denyGrant(carol, { grantId: id })).rejects.toMatchObject(codeOf("grant.not_found"));
    await expect(approve(id, { agentId: benAgent })).rejects.toMatchObject(codeOf("agent.not_found"));
    expect((await listGrants(carol, { limit: 10 })).items).toEqual([]);
  });

  it("is asked of a member only: a person of elsewhere answers like nobody, and oneself too", async () => {
    const stranger = await world.owner("other");
    for (const issuerId of [stranger.actor.userId, newId("user", world.now()), ben.actor.userId])
      await expect(ask({ issuerId })).rejects.toMatchObject(codeOf("member.not_found"));
    await expect(ask({ agentId: annAgent })).rejects.toMatchObject(codeOf("agent.not_found"));
  });

  it("is asked for only so often, and once under one id", async () => {
    const id = newId("grant", world.now());
    await ask({ id });
    await expect(ask({ id })).rejects.toMatchObject(codeOf("grant.exists"));
    for (let nth = 0; nth < 18; nth += 1) await ask();
    await expect(ask()).rejects.toMatchObject(codeOf("request.too_many"));
  });

  it("is not waited for longer than a week, and ends at its time", async () => {
    const [late, given] = [await ask(), await ask()];
    await approve(given.id, { notAfter: inDays(1) });
    world.turn(DAY_MS + 1);
    const states = async () => (await listGrants(ann, { limit: 10 })).items.map(({ state }) => state);
    expect(await states()).toEqual(["asked", "expired"]);
    world.turn(7 * DAY_MS);
    expect(await states()).toEqual(["expired", "expired"]);
    await expect(approve(late.id)).rejects.toMatchObject(codeOf("grant.settled"));
  });

  it("is forgotten thirty days after it is over, on both sides, and not before", async () => {
    const [unanswered, ended, revoked, denied] = [await ask(), await ask(), await ask(), await ask()];
    const lasting = await ask({ period: "always" });
    await approve(ended.id);
    await approve(lasting.id, { notAfter: null });
    await approve(revoked.id);
    await revokeGrant(ann, { grantId: revoked.id, revocation: revocationOf(revoked.id) });
    await denyGrant(ann, { grantId: denied.id });
    const listed = async (ctx: AgentsCtx) =>
      (await listGrants(ctx, { limit: 10 })).items.map(({ id }) => id).toSorted();
    const all = [unanswered, ended, revoked, denied, lasting].map(({ id }) => id).toSorted();
    world.turn(30 * DAY_MS - 1_000);
    for (const ctx of [ann, ben]) expect(await listed(ctx)).toEqual(all);
    world.turn(2_000);
    for (const ctx of [ann, ben])
      expect(await listed(ctx)).toEqual([unanswered, ended, lasting].map(({ id }) => id).toSorted());
    world.turn(7 * DAY_MS);
    for (const ctx of [ann, ben]) expect(await listed(ctx)).toEqual([lasting.id]);
  });

  it("is taken back with the issuer's signature for this very grant, once", async () => {
    const [one, two] = [await ask(), await ask()];
    await approve(one.id);
    const wrong = [revocationOf(two.id), `${revocationOf(one.id).slice(0, -4)}AAAA`, "AAAA"];
    for (const revocation of wrong)
      await expect(revokeGrant(ann, { grantId: one.id, revocation })).rejects.toMatchObject(
        codeOf("grant.revocation_wrong"),
      );
    const revoke = () => revokeGrant(ann, { grantId: one.id, revocation: revocationOf(one.id) });
    const done = (await Promise.allSettled([revoke(), revoke(), revoke()])).filter(
      ({ status }) => status === "fulfilled",
    );
    expect(done).toHaveLength(1);
    await expect(revokeGrant(ann, { grantId: two.id, revocation: revocationOf(two.id) })).rejects.toMatchObject(
      codeOf("grant.settled"),
    );
    expect(annTask.actor.assignment?.agentId).toBe(annAgent);
  });
});
