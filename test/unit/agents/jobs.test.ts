import { beforeEach, describe, expect, it } from "vitest";
import { dismissLeaver } from "#lambdas/agents/jobs/leavers.ts";
import { sweep as sweepAll } from "#lambdas/agents/jobs/sweep.ts";
import { type AgentsCtx, createAgent, getAgent, listAgents } from "#lambdas/agents/owner/agents.ts";
import { stop } from "#lambdas/agents/owner/life.ts";
import { agentSk, changeAgent, readAgentCount } from "#lambdas/agents/rows/agent.repository.ts";
import { enqueue } from "#lambdas/chat/chat.ts";
import { report } from "#lambdas/tasks/reports.ts";
import { acceptInvite } from "#lambdas/tenants/invites/answers.ts";
import { invite } from "#lambdas/tenants/invites/invites.ts";
import { removeMember } from "#lambdas/tenants/members.ts";
import { DUE_SHARDS } from "#platform/tables/due.ts";
import { type Id, newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";
import { MemoryObjects } from "#test/support/memory-objects.ts";

const MINUTE = 60_000;

let world: AgentsWorld;
let owner: AgentsCtx;
beforeEach(async () => {
  world = new AgentsWorld();
  owner = await world.owner("acme");
});

const sweepCtx = () => world.jobCtx("sweep", { ...world.lifecycle, due: world.due, objects: new MemoryObjects() });
const sweep = () => sweepAll(sweepCtx());

describe("an agent nobody speaks to", () => {
  it("is stopped when no device unlocks it for half an hour", async () => {
    expect(DUE_SHARDS).toBeGreaterThan(0);
    const { agentId } = await world.deploy(owner);
    world.turn(29 * 60_000);
    expect(await sweep()).toEqual({ looked: 0 });
    world.turn(60_000);
    expect(await sweep()).toEqual({ looked: 1 });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopping" });
    expect(await sweep()).toEqual({ looked: 0 });
  });

  it("holds up nobody behind it when it cannot be looked after, and the job says that it failed", async () => {
    const broken = await world.deploy(owner, "Broken");
    world.turn(1_000);
    const fine = await world.owner("other");
    const { agentId } = await world.deploy(fine);
    const row = [...world.store.rows.values()].find(({ sk }) => sk === `AGENT#${broken.agentId}`);
    Object.assign(row ?? {}, { size: "gigantic", dueShard: "idle#0" });
    const other = [...world.store.rows.values()].find(({ sk }) => sk === `AGENT#${agentId}`);
    Object.assign(other ?? {}, { dueShard: "idle#0" });
    world.turn(31 * 60_000);
    await expect(sweep()).rejects.toThrow();
    expect(await getAgent(fine, { agentId })).toMatchObject({ state: "stopping" });
  });

  it("is told to pause, and once paused it is stopped", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    const set = async (state: "running" | "paused", at: Date) =>
      owner.table.write(changeAgent(await world.row(owner, agentId), { state, unlocked: true }, at));
    await set("running", world.now());
    await sweep();
    expect(world.controlsTo(`conn-${taskId}`)).toEqual(["assign", "pause"]);
    await set("paused", world.now());
    await sweep();
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopping" });
  });

  it("is told again a minute later, also when its task had no socket at that moment", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    const row = await world.row(owner, agentId);
    await owner.table.write(changeAgent(row, { state: "running", connectionId: null }, world.now()));
    await sweep();
    await owner.table.update({
      ...{ do: "update", sk: `AGENT#${agentId}`, otherwise: "agent.changed" },
      set: { connectionId: row.connectionId },
    });
    world.turn(60_000);
    await sweep();
    expect(world.controlsTo(`conn-${taskId}`)).toEqual(["assign", "pause"]);
  });
});

describe("an agent that runs and hears nothing", () => {
  const runs = async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await report(await world.asTask(taskId), { fact: "unlocked" });
    world.turn(30 * MINUTE);
    return { agentId, taskId };
  };
  const lookFor = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      expect(await sweep()).toEqual({ looked: 1 });
      world.turn(MINUTE);
    }
  };
  const stateOf = async (agentId: Id<"agent">) => (await getAgent(owner, { agentId })).state;

  it("is told to pause ten times in ten minutes, and then stopped", async () => {
    const { agentId, taskId } = await runs();
    await lookFor(10);
    expect(world.controlsTo(`conn-${taskId}`)).toEqual(["assign", ...Array(10).fill("pause")]);
    expect(await stateOf(agentId)).toBe("running");
    await lookFor(1);
    expect(await stateOf(agentId)).toBe("stopping");
    expect(world.executions.at(-1)?.name).toBe(`${agentId}-1-stop`);
  });

  it("is waited for anew once it was heard of", async () => {
    const { agentId, taskId } = await runs();
    await lookFor(9);
    await report(await world.asTask(taskId), { fact: "active" });
    expect(await sweep()).toEqual({ looked: 0 });
    world.turn(30 * MINUTE);
    await lookFor(10);
    expect(await stateOf(agentId)).toBe("running");
    await lookFor(1);
    expect(await stateOf(agentId)).toBe("stopping");
  });

  it.each([
    ["told", 0],
    ["stopped", 10],
  ])("is not %s when it was heard of at the same moment", async (_, minutes) => {
    const { agentId, taskId } = await runs();
    await lookFor(minutes);
    world.posted.length = 0;
    const task = await world.asTask(taskId);
    const { table } = owner;
    const slow: typeof table = Object.assign(Object.create(table), {
      get: async (sk: string) => {
        const row = await table.get(sk);
        await report(task, { fact: "active" });
        return row;
      },
    });
    await sweepAll({ ...sweepCtx(), enterTenant: () => slow });
    expect(await world.row(owner, agentId)).toMatchObject({ state: "running", nudges: 0 });
    expect(world.controlsTo(`conn-${taskId}`)).toEqual([]);
    expect(await sweep()).toEqual({ looked: 0 });
  });
});

describe("an agent that should have moved on", () => {
  const names = () => world.executions.map(({ name }) => name);

  it("is handed to the machine again under the same name, which starts it once, and in the end under another", async () => {
    const { agentId } = await world.deploy(owner);
    world.machinesFail = true;
    await expect(stop(owner, { agentId })).rejects.toThrow();
    world.machinesFail = false;
    expect(names()).toEqual([`${agentId}-1-start`]);
    for (let minutes = 0; minutes < 12; minutes += 2) {
      world.turn(2 * 60_000);
      expect(await sweep()).toEqual({ looked: 1 });
    }
    expect(names()).toEqual([`${agentId}-1-start`, `${agentId}-1-stop`, `${agentId}-1-stop-6`]);
    await world.step(world.executions.at(-1) as never, "finish");
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopped" });
    world.turn(60 * 60_000);
    expect(await sweep()).toEqual({ looked: 0 });
  });

  it("is started though whoever created it died before the machine heard of it", async () => {
    world.machinesFail = true;
    await expect(createAgent(owner, { name: "Ada" })).rejects.toThrow();
    world.machinesFail = false;
    world.turn(2 * 60_000);
    await sweep();
    const [{ id: agentId } = { id: "" }] = (await listAgents(owner, { limit: 9 })).items;
    expect(names()).toEqual([`${agentId}-1-start`]);
  });
});

describe("someone who was removed", () => {
  const join = () => world.join({ ...owner, ...world.ports }, "bob@example.org", "member");

  it("leaves no agent behind, and no place in the quota", async () => {
    const bob = world.ctx(await join(), world.lifecycle);
    const { agentId } = await world.deploy(bob);
    await removeMember(owner, { userId: bob.actor.userId });
    expect(await sweep()).toEqual({ looked: 1 });
    expect(world.executions.at(-1)?.name).toBe(`${agentId}-1-remove`);
    await world.step(world.executions.at(-1) as never, "erase");
    expect(await readAgentCount(owner.table)).toBe(0);
    world.turn(60_000);
    expect(await sweep()).toEqual({ looked: 0 });
  });

  it("F13 makes no agent in the seconds in which they are still believed to belong", async () => {
    const bob = world.ctx(await join(), world.lifecycle);
    await removeMember(owner, { userId: bob.actor.userId });
    world.turn(4_000);
    await expect(createAgent(bob, { name: "Left" })).rejects.toMatchObject({ code: "auth.no_tenant" });
    expect(await readAgentCount(owner.table)).toBe(0);
  });

  it("leaves no agent behind that was made by a clock which is ahead", async () => {
    const bob = world.ctx(await join(), world.lifecycle);
    world.turn(2_000);
    const { agentId } = await world.deploy(bob);
    world.turn(-2_000);
    await removeMember(owner, { userId: bob.actor.userId });
    await sweep();
    expect(world.executions.at(-1)?.name).toBe(`${agentId}-1-remove`);
  });

  it("keeps what they made after they were let in again, though a sweep began before", async () => {
    const bob = await join();
    await removeMember(owner, { userId: bob.userId });
    const { table } = owner;
    const slow: typeof table = Object.assign(Object.create(table), {
      page: async (...asked: Parameters<typeof table.page>) => {
        await sweep(); // another one, from beginning to end
        await invite({ ...owner, ...world.ports }, { emails: ["bob@example.org"], role: "member" });
        await acceptInvite(world.personCtx({ ...bob, tenantId: null, role: null }), { secret: world.mail.secret() });
        await world.deploy(world.ctx(bob, world.lifecycle));
        return table.page(...asked);
      },
    });
    const due = { tenantId: owner.actor.tenantId, sk: `LEFT#${bob.userId}`, dueAt: world.now().toISOString() };
    const late = dismissLeaver({ ...sweepCtx(), enterTenant: () => slow }, due);
    await expect(late).rejects.toMatchObject({ code: "agent.changed" });
    expect((await listAgents(world.ctx(bob, world.lifecycle), { limit: 9 })).items).toMatchObject([
      { state: "locked" },
    ]);
  });
});

describe("what is left for an agent that nobody wakes", () => {
  const WEEK = 7 * 86_400_000;
  const waiting = async (agentId: Id<"agent">) => {
    const { queued, queuedBytes } = await world.row(owner, agentId);
    const { items } = await owner.table.page(`OF#${agentId}#QUEUE#`, { limit: 9 });
    return { queued, queuedBytes, rows: items.length };
  };

  it("is kept for seven days, and then goes together with its count", async () => {
    const { agentId } = await world.deploy(owner);
    const leave = (blob: string) => enqueue(owner, { agentId, messageId: newId("message", world.now()), blob });
    await leave("one");
    world.turn(MINUTE);
    await leave("three");
    await owner.table.write(changeAgent(await world.row(owner, agentId), { state: "stopped" }, null));
    world.turn(WEEK - MINUTE - 1);
    await sweep();
    expect(await waiting(agentId)).toEqual({ queued: 2, queuedBytes: 8, rows: 2 });
    world.turn(1);
    await Promise.all([sweep(), sweep()]);
    expect(await waiting(agentId)).toEqual({ queued: 1, queuedBytes: 5, rows: 1 });
    world.turn(MINUTE);
    await sweep();
    expect(await waiting(agentId)).toEqual({ queued: 0, queuedBytes: 0, rows: 0 });
  });

  it("goes alone where it was left in the moment in which its agent was deleted", async () => {
    const { agentId } = await world.deploy(owner);
    await enqueue(owner, { agentId, messageId: newId("message", world.now()), blob: "late" });
    await owner.table.write({ do: "delete", sk: agentSk(agentId), otherwise: "agent.not_found" });
    world.turn(WEEK);
    await sweep();
    expect((await owner.table.page(`OF#${agentId}#QUEUE#`, { limit: 9 })).items).toEqual([]);
  });
});
