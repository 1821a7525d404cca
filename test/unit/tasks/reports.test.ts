import { beforeEach, describe, expect, it } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { createAgent, getAgent } from "#lambdas/agents/owner/agents.ts";
import { stop, wake } from "#lambdas/agents/owner/life.ts";
import { medianStart } from "#lambdas/agents/rows/start-times.repository.ts";
import { changeTask, findTask, listPool } from "#lambdas/agents/rows/task.repository.ts";
import { report } from "#lambdas/tasks/reports.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import type { Id } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

type Said = Input<(typeof tasksContract)["report"]>;
const MINUTE = 60_000;

let world: AgentsWorld;
let owner: AgentsCtx;
beforeEach(async () => {
  world = new AgentsWorld();
  owner = await world.owner("acme");
});
const says = async (taskId: Id<"task">, fact: Said["fact"], more: Partial<Said> = {}) =>
  report(await world.asTask(taskId), { fact, ...more });

describe("a task that has just come up", () => {
  it("lets the machine that waits for it go on, once", async () => {
    const taskId = await world.warmTask();
    await says(taskId, "connected");
    expect(world.proceeded).toEqual([]); // nothing waited
    await world.directory.write(changeTask(taskId, { callback: "waiting" }));
    await says(taskId, "connected");
    await says(taskId, "connected");
    expect(world.proceeded).toEqual(["waiting"]);
    expect(await findTask(world.directory, taskId)).toMatchObject({ callback: null });
  });

  it("joins the pool it was expected in, and no pool it was not expected in", async () => {
    const free = async () => {
      const found: unknown[] = [];
      for await (const pooled of listPool(world.directory, "small")) if (pooled.isUp) found.push(pooled.taskId);
      return found;
    };
    const expected = await world.expectedTask();
    expect(await free()).toEqual([]);
    await says(expected, "openclaw_ready");
    await says(expected, "openclaw_ready");
    expect(await free()).toEqual([expected]);

    const { taskId } = await world.deploy(owner); // takes it
    expect(taskId).toBe(expected);
    const { writes } = world.store;
    await says(taskId, "openclaw_ready");
    expect(world.store.writes).toBe(writes);
    expect(await free()).toEqual([]);
  });
});

describe("an agent follows what its task says", () => {
  it("H09 also when how long it took cannot be noted at the moment", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await says(taskId, "unlocked");
    world.store.isBusy = (changes) => changes.some((change) => "pk" in change && change.pk.startsWith("STARTS#"));
    await says(taskId, "ready");
    expect((await getAgent(owner, { agentId })).steps.map(({ step }) => step)).toContain("ready");
  });

  const eventsOf = async (agentId: Id<"agent">) =>
    (await owner.table.page(`OF#${agentId}#EVENT#`, { limit: 50 })).items.map(({ event }) => event);
  const dueOf = async (agentId: Id<"agent">) => {
    const { dueShard, dueAt } = (await owner.table.get(`AGENT#${agentId}`)) ?? {};
    return dueAt && { shard: String(dueShard).split("#")[0], in: Date.parse(String(dueAt)) - world.now().getTime() };
  };

  it("is running once it is unlocked, and ready once OpenClaw answers", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    const phone = await world.device(owner, agentId);
    world.turn(5_000);
    await says(taskId, "unlocked");
    expect(await getAgent(owner, { agentId })).toMatchObject({
      state: "running",
      lastActiveAt: "2030-01-01T00:00:05.000Z",
    });
    expect(await world.row(owner, agentId)).toMatchObject({ unlocked: true });
    expect(await dueOf(agentId)).toEqual({ shard: "idle", in: 30 * MINUTE });
    world.turn(1_500);
    await says(taskId, "ready");
    const { steps } = await getAgent(owner, { agentId });
    expect(steps.map(({ step }) => step)).toEqual(["requested", "task_found", "assigned", "unlocked", "ready"]);
    expect(world.controlsTo(phone)).toContain("agent.changed");
    expect(world.auditEvents()).toContain("agent.unlocked");
    world.turn(60 * MINUTE);
    await says(taskId, "ready"); // OpenClaw came up again: no start, and no measure of one
    const events = (await eventsOf(agentId)).filter((event) => /unlocked|ready/.test(String(event)));
    expect(events.sort()).toEqual(["agent.ready", "agent.unlocked"]);
    expect(await medianStart(world.directory, "small", "cold")).toBe(6.5);
  });

  it("counts a start that took a waiting task apart from one that did not", async () => {
    await world.warmTask();
    const { taskId } = await world.deploy(owner);
    await says(taskId, "unlocked");
    world.turn(900);
    await says(taskId, "ready");
    expect(await medianStart(world.directory, "small", "warm")).toBe(0.9);
    expect(await medianStart(world.directory, "small", "cold")).toBeUndefined();
  });

  it("is paused and comes back, and is stopped after four hours of rest", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await says(taskId, "unlocked");
    await says(taskId, "paused");
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "paused" });
    expect(await dueOf(agentId)).toEqual({ shard: "idle", in: 240 * MINUTE });
    world.turn(MINUTE);
    await says(taskId, "resumed");
    expect(await getAgent(owner, { agentId })).toMatchObject({
      state: "running",
      lastActiveAt: "2030-01-01T00:01:00.000Z",
    });
    expect(await dueOf(agentId)).toEqual({ shard: "idle", in: 30 * MINUTE });
    await says(taskId, "paused");
    await says(taskId, "active"); // somebody spoke to it before it was told to go on
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "running" });
    const events = (await eventsOf(agentId)).filter((event) => /paused|resumed/.test(String(event)));
    expect(events.sort()).toEqual(["agent.paused", "agent.paused", "agent.resumed", "agent.resumed"]);
  });

  it("is due later for every word, and remembers the first one for good", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await says(taskId, "unlocked");
    await says(taskId, "active", { firstMessage: false });
    expect(await getAgent(owner, { agentId })).toMatchObject({ firstMessageAt: null });
    world.turn(MINUTE);
    await says(taskId, "active", { firstMessage: true });
    world.turn(MINUTE);
    await says(taskId, "active", { firstMessage: true });
    expect(await getAgent(owner, { agentId })).toMatchObject({
      firstMessageAt: "2030-01-01T00:01:00.000Z",
      lastActiveAt: "2030-01-01T00:02:00.000Z",
    });
    expect(await dueOf(agentId)).toEqual({ shard: "idle", in: 30 * MINUTE });
  });

  it("keeps the cause of a failure, which a crash then shows", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await says(taskId, "failed", { detail: "The gateway did not start." });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "locked", cause: "The gateway did not start." });
    expect(world.auditEvents().filter((event) => event === "agent.failed")).toHaveLength(1);
    await says(taskId, "failed");
    expect(await getAgent(owner, { agentId })).toMatchObject({ cause: "The task failed." });
  });

  it("is not moved by what no longer fits its state", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    for (const fact of ["paused", "resumed", "active", "ready"] as const) await says(taskId, fact);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "locked", lastActiveAt: null });
    await says(taskId, "unlocked");
    await stop(owner, { agentId });
    const due = await dueOf(agentId);
    for (const fact of ["unlocked", "paused", "resumed", "active", "ready"] as const) await says(taskId, fact);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopping" });
    expect(await dueOf(agentId)).toEqual(due);
  });

  it("looks again when somebody changed the agent at the same moment", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await Promise.all([says(taskId, "unlocked"), says(taskId, "unlocked"), says(taskId, "failed", { detail: "x" })]);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "running", cause: "x" });
    expect((await eventsOf(agentId)).filter((event) => event === "agent.unlocked")).toHaveLength(1);
  });

  it("hears nothing from a task that was replaced", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    const old = await world.asTask(taskId);
    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "finish");
    await wake(owner, { agentId });
    const next = await world.finishStart();
    const late = report(old, { fact: "unlocked" });
    await expect(late).rejects.toMatchObject({ code: "task.replaced" });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "locked", generation: 2 });
    await says(next, "unlocked");
  });

  it("hears nothing from a task that is nobody's", async () => {
    await createAgent(owner, { name: "Ada" });
    const waiting = await world.warmTask();
    await expect(says(waiting, "unlocked")).rejects.toMatchObject({ code: "task.replaced" });
  });
});
