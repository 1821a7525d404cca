import { beforeEach, describe, expect, it } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { enqueue } from "#lambdas/chat/chat.ts";
import { ackQueue, readQueue } from "#lambdas/tasks/queue.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import { TableBusy } from "#platform/tables/busy.ts";
import { type Id, newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

describe("what waits for an agent", () => {
  let world: AgentsWorld;
  let owner: AgentsCtx;
  let agentId: Id<"agent">;
  let task: TaskCtx;
  beforeEach(async () => {
    world = new AgentsWorld();
    owner = await world.owner("acme");
    const { taskId, ...agent } = await world.deploy(owner);
    agentId = agent.agentId;
    task = await world.asTask(taskId);
  });
  const leave = async (blob: string) => {
    world.turn(1000);
    await enqueue(owner, { agentId, messageId: newId("message", world.now()), blob });
  };
  const counts = async () => {
    const { queued, queuedBytes } = await world.row(owner, agentId);
    return { queued, queuedBytes };
  };

  it("is read oldest first, without being taken", async () => {
    for (const blob of ["one", "two", "three"]) await leave(blob);
    for (let nth = 0; nth < 2; nth += 1) {
      const { frames, more } = await readQueue(task);
      expect(frames.map(({ blob }) => blob)).toEqual(["one", "two", "three"]);
      expect(frames[0]).toEqual({ id: expect.stringMatching(/^frm_/), at: "2030-01-01T00:00:01.000Z", blob: "one" });
      expect(more).toBe(false);
    }
    expect(await counts()).toEqual({ queued: 3, queuedBytes: 11 });
  });

  it("is taken once it is acknowledged, and counted down once, however often and by however many", async () => {
    for (const blob of ["one", "two", "three"]) await leave(blob);
    const [first, second] = (await readQueue(task)).frames;
    const ids = [first?.id ?? "frm_", second?.id ?? "frm_"];
    await Promise.all([ackQueue(task, { ids }), ackQueue(task, { ids }), ackQueue(task, { ids: [...ids].reverse() })]);
    await ackQueue(task, { ids: [...ids, newId("frame", world.now())] });
    expect((await readQueue(task)).frames.map(({ blob }) => blob)).toEqual(["three"]);
    expect(await counts()).toEqual({ queued: 1, queuedBytes: 5 });
  });

  it("H09 is not taken for acknowledged when that could not be written", async () => {
    await leave("one");
    const ids = (await readQueue(task)).frames.map(({ id }) => id);
    world.store.isBusy = (changes) => changes.some(({ sk }) => sk.includes("#QUEUE#"));
    await expect(ackQueue(task, { ids })).rejects.toThrow(TableBusy);
    world.store.isBusy = () => false;
    expect(await counts()).toEqual({ queued: 1, queuedBytes: 3 });
  });

  it("is read in parts when there is much of it", async () => {
    for (let nth = 0; nth < 60; nth += 1) await leave(`m${nth}`);
    expect(await readQueue(task)).toMatchObject({ more: true, frames: { length: 50 } });
    const ids = (await readQueue(task)).frames.map(({ id }) => id);
    await ackQueue(task, { ids });
    expect(await readQueue(task)).toMatchObject({ more: false, frames: { length: 10 } });
  });

  it("is handed to no task of another agent, and to none that is nobody's", async () => {
    await leave("one");
    const other = await world.owner("other");
    const theirs = await world.asTask((await world.deploy(other)).taskId);
    expect(await readQueue(theirs)).toEqual({ frames: [], more: false });
    const [{ id } = { id: "frm_" as const }] = (await readQueue(task)).frames;
    await ackQueue(theirs, { ids: [id] });
    expect((await readQueue(task)).frames).toHaveLength(1);
    const free = await world.asTask(await world.warmTask());
    await expect(readQueue(free)).rejects.toMatchObject({ code: "task.replaced" });
    await expect(ackQueue(free, { ids: [id] })).rejects.toMatchObject({ code: "task.replaced" });
  });
});
