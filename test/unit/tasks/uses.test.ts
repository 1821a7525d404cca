import { beforeEach, describe, expect, it } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { approveGrant, askForGrant, listGrants } from "#lambdas/grants/grants.ts";
import { insertRevoked } from "#lambdas/grants/use.repository.ts";
import { answerUse, getUse, postUse, readUses } from "#lambdas/tasks/uses.ts";
import { type Id, newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

const PAIR = { toIssuer: "for-ann", toSubject: "for-ben" };
type Task = Awaited<ReturnType<AgentsWorld["asTask"]>>;

describe("a use of a grant", () => {
  let world: AgentsWorld;
  let ann: AgentsCtx;
  let annAgent: Id<"agent">;
  let acting: Task;
  let using: Task;
  let grantId: Id<"grant">;
  beforeEach(async () => {
    world = new AgentsWorld();
    const owner = { ...(await world.owner("acme")), ...world.ports };
    ann = owner;
    const joined = await world.join(owner, "ben@acme.example", "member");
    await world.upgrade(owner.actor.tenantId, "enterprise");
    const ben = { ...world.ctx(joined), ...world.lifecycle };
    const deployed = await world.deploy(ann);
    annAgent = deployed.agentId;
    acting = await world.asTask(deployed.taskId);
    const theirs = await world.deploy(ben);
    using = await world.asTask(theirs.taskId);
    grantId = newId("grant", world.now());
    const terms = { agentId: theirs.agentId, period: "week", maxUses: 3, tier: "live", request: PAIR } as const;
    await askForGrant(ben, { id: grantId, issuerId: ann.actor.userId, ...terms });
    await approve();
  });
  const approve = () => {
    const notAfter = new Date(world.now().getTime() + 86_400_000).toISOString();
    return approveGrant(ann, { grantId, agentId: annAgent, maxUses: 2, notAfter, tier: "live", grant: PAIR });
  };
  const post = async (by = using, useId = newId("use", world.now())) => {
    await postUse(by, { grantId, useId, blob: `use ${useId}` });
    return useId;
  };
  const answer = (useId: Id<"use">, counted = true, by = acting) =>
    answerUse(by, { grantId, useId, answer: `answer to ${useId}`, counted });
  const usesSoFar = async () => (await listGrants(ann, { limit: 10 })).items[0]?.uses;
  const codeOf = (code: string) => ({ code });

  it("reaches the agent that acts, whose answer reaches the one that asked, and both are woken for it", async () => {
    const useId = await post();
    expect(world.posted.at(-1)).toMatchObject({ control: { control: "wake", agentId: annAgent } });
    expect(await getUse(using, { grantId, useId })).toEqual({ state: "waiting", answer: null });
    expect((await readUses(acting, {})).uses).toMatchObject([{ useId, grantId, blob: `use ${useId}` }]);
    await answer(useId);
    expect(world.posted.at(-1)).toMatchObject({ control: { control: "wake" } });
    expect(await getUse(using, { grantId, useId })).toEqual({ state: "answered", answer: `answer to ${useId}` });
    expect((await readUses(acting, {})).uses).toEqual([]);
    expect(await usesSoFar()).toBe(1);
    expect(world.auditEvents().at(-1)).toBe("grant.used");
  });

  it("is counted where the agent says so, once, however often the answer is sent", async () => {
    const [first, second] = [await post(), await post()];
    await answer(first, false);
    await Promise.allSettled(Array.from({ length: 5 }, () => answer(second)));
    expect(await answer(second)).toEqual({ done: true });
    expect(await usesSoFar()).toBe(1);
  });

  it("is not passed on of what was handed over: who asks holds it", async () => {
    const handedOver = { do: "update", sk: `GRANT#${grantId}`, set: { tier: "sealed" } } as const;
    await ann.table.write({ ...handedOver, otherwise: "request.conflict" });
    await expect(post()).rejects.toMatchObject(codeOf("grant.not_usable"));
  });

  it("is not passed on once they are used up, or its time is over", async () => {
    for (let nth = 0; nth < 2; nth += 1) await answer(await post());
    await expect(post()).rejects.toMatchObject(codeOf("grant.used_up"));
    world.turn(86_400_001);
    await expect(post()).rejects.toMatchObject(codeOf("grant.not_usable"));
  });

  it("is of the agent that the grant is for, and answered by the one that acts: to any other it does not exist", async () => {
    await expect(post(acting)).rejects.toMatchObject(codeOf("grant.not_found"));
    const useId = await post();
    await expect(answer(useId, true, using)).rejects.toMatchObject(codeOf("use.not_found"));
    await expect(getUse(acting, { grantId, useId })).rejects.toMatchObject(codeOf("grant.not_found"));
    const stranger = await world.owner("other");
    const third = await world.asTask((await world.deploy(stranger)).taskId);
    await expect(post(third)).rejects.toMatchObject(codeOf("grant.not_found"));
    expect((await readUses(third, {})).uses).toEqual([]);
    expect((await readUses(using, {})).uses).toEqual([]);
  });

  it("has a new id of its own, and is there for twelve minutes", async () => {
    const useId = await post();
    await expect(post(using, useId)).rejects.toMatchObject(codeOf("request.conflict"));
    const old = newId("use", new Date(world.now().getTime() - 200_000));
    await expect(post(using, old)).rejects.toMatchObject(codeOf("request.invalid"));
    world.turn(721_000);
    expect(await getUse(using, { grantId, useId })).toEqual({ state: "expired", answer: null });
    expect((await readUses(acting, {})).uses).toEqual([]);
    await expect(answer(useId)).rejects.toMatchObject(codeOf("use.not_found"));
  });

  it("is posted sixty times a minute at most", async () => {
    for (let nth = 0; nth < 60; nth += 1) await post();
    await expect(post()).rejects.toMatchObject(codeOf("request.too_many"));
    const read = await readUses(acting, {});
    expect([read.uses.length, read.more]).toEqual([50, true]);
  });

  it("is read though fifty older ones are left without an answer", async () => {
    const posted: Id<"use">[] = [];
    for (let nth = 0; nth < 60; nth += 1) posted.push(await post());
    const first = await readUses(acting, {});
    const rest = await readUses(acting, { after: first.uses.at(-1)?.useId });
    expect([rest.uses.length, rest.more]).toEqual([10, false]);
    const read = [...first.uses, ...rest.uses].map(({ useId }) => useId);
    expect(read).toEqual(posted.sort());
    expect((await readUses(acting, { after: read.at(-1) })).uses).toEqual([]);
  });

  it("is read though fifty older ones are past their time, and their rows still there", async () => {
    const early = () => newId("use", new Date(world.now().getTime() + 119_000));
    for (let nth = 0; nth < 55; nth += 1) await post(using, early());
    world.turn(721_000);
    const useId = await post(using, early());
    const read = await readUses(acting, {});
    expect(read).toMatchObject({ uses: [{ useId }], more: false });
  });

  it("starts an agent that is stopped", async () => {
    const row = await world.row(ann, annAgent);
    await ann.table.update({
      ...{ do: "update", sk: `AGENT#${annAgent}`, otherwise: "agent.changed" },
      set: { state: "stopped", taskId: null, connectionId: null },
    });
    const before = world.executions.length;
    await post();
    expect(world.executions.length).toBe(before + 1);
    expect((await world.row(ann, annAgent)).generation).toBe(row.generation + 1);
  });

  it("comes with what the owner has taken back", async () => {
    const at = world.now().toISOString();
    await ann.table.write(insertRevoked(annAgent, { grantId, revocation: "signed", at }));
    expect((await readUses(acting, {})).revocations).toEqual([{ grantId, revocation: "signed" }]);
    expect((await readUses(using, {})).revocations).toEqual([]);
  });
});
