import { beforeEach, describe, expect, it } from "vitest";
import { onTaskStopped, TaskStopped } from "#lambdas/agents/jobs/task-stopped.ts";
import { type AgentsCtx, getAgent } from "#lambdas/agents/owner/agents.ts";
import { stop, wake } from "#lambdas/agents/owner/life.ts";
import { listEvents } from "#lambdas/agents/owner/reading.ts";
import { listPool } from "#lambdas/agents/rows/task.repository.ts";
import type { Id } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

let world: AgentsWorld;
let owner: AgentsCtx;
beforeEach(async () => {
  world = new AgentsWorld();
  owner = await world.owner("acme");
});

const ended = (taskId: Id<"task">, stopCode = "EssentialContainerExited") =>
  onTaskStopped(
    world.jobCtx("task-stopped", world.lifecycle),
    TaskStopped.parse({ detail: { startedBy: taskId, stopCode } }),
  );
const losses = async (agentId: Id<"agent">) => {
  const { items } = await listEvents(owner, { agentId, limit: 100 });
  return items
    .filter(({ event }) => event === "agent.task_lost" || event === "agent.replaced")
    .map(({ event, detail }) => [event, detail])
    .sort();
};

describe("a task that has ended", () => {
  it("is replaced at once, then ever later, and after five times in ten minutes not at all", async () => {
    let { agentId, taskId } = await world.deploy(owner);
    const delays: unknown[] = [];
    for (let crash = 1; crash <= 4; crash += 1) {
      await ended(taskId);
      delays.push(world.executions.at(-1)?.input["delaySeconds"]);
      expect(await getAgent(owner, { agentId })).toMatchObject({ state: "starting", restarts: crash });
      taskId = await world.finishStart();
    }
    expect(delays).toEqual([0, 2, 4, 8]);
    await ended(taskId);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "crashed", cause: expect.stringContaining("5") });
  });

  it("counts only what happened in the last ten minutes", async () => {
    let { agentId, taskId } = await world.deploy(owner);
    for (let crash = 1; crash <= 8; crash += 1) {
      world.turn(3 * 60_000);
      await ended(taskId);
      taskId = await world.finishStart();
    }
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "locked", restarts: 8 });
  });

  it("is replaced once, however often it is told", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    const before = world.executions.length;
    await Promise.all([ended(taskId), ended(taskId), ended(taskId)]);
    await ended(taskId);
    expect(world.executions.slice(before).map(({ name }) => name)).toEqual([`${agentId}-2-start`]);
  });

  it("is left alone when the agent was told to stop, and when it is another generation's", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await stop(owner, { agentId });
    const before = world.executions.length;
    await ended(taskId, "UserInitiated");
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopping", restarts: 0 });
    await world.step(world.executions.at(-1) as never, "finish");
    await ended(taskId);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopped" });
    expect(world.executions).toHaveLength(before);
  });

  it("is replaced and counts as no failure when it went with its machine", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await ended(taskId, "ServiceSchedulerInitiated");
    for (const stopCode of ["SpotInterruption", "TerminationNotice"]) await ended(await world.finishStart(), stopCode);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "starting", generation: 4, restarts: 0 });
    expect((await world.row(owner, agentId)).crashes).toEqual([]);
    const replaced = ["agent.replaced", "Its machine was stopped."];
    expect(await losses(agentId)).toEqual([replaced, replaced, replaced]);
  });

  it("is replaced when its machine goes, also soon after five failures, once somebody woke the agent", async () => {
    let { agentId, taskId } = await world.deploy(owner);
    for (let crash = 1; crash <= 5; crash += 1) {
      await ended(taskId);
      if (crash < 5) taskId = await world.finishStart();
    }
    await wake(owner, { agentId });
    await ended(await world.finishStart(), "SpotInterruption");
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "starting", restarts: 4 });
  });

  it("is told as lost in its agent's history when it ended by itself", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await ended(taskId);
    expect(await losses(agentId)).toEqual([
      ["agent.replaced", null],
      ["agent.task_lost", null],
    ]);
  });

  it("can be claimed no more", async () => {
    const waiting = await world.warmTask();
    await ended(waiting);
    for await (const pooled of listPool(world.directory, "small")) expect(pooled).toBeUndefined();
    const { taskId } = await world.deploy(owner);
    expect(taskId).not.toBe(waiting);
  });

  it("is nobody's business when it was not ours", async () => {
    const event = TaskStopped.parse({ detail: { startedBy: "ecs-svc/123" } });
    await onTaskStopped(world.jobCtx("task-stopped", world.lifecycle), event);
    expect(world.executions).toEqual([]);
  });
});
