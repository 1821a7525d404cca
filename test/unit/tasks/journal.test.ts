import { beforeEach, describe, expect, it } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { stop, wake } from "#lambdas/agents/owner/life.ts";
import { appendJournal, readJournal } from "#lambdas/tasks/journal.ts";
import { tasksRoutes } from "#lambdas/tasks/routes.ts";
import { serve } from "#platform/pipe/http.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import { tasksContract } from "#shared/contracts/tasks.ts";
import { AgentsWorld } from "#test/support/agents.ts";

describe("the journal of a conversation", () => {
  let world: AgentsWorld;
  let owner: AgentsCtx;
  let task: TaskCtx;
  beforeEach(async () => {
    world = new AgentsWorld();
    owner = await world.owner("acme");
    task = await world.asTask((await world.deploy(owner)).taskId);
  });

  const lines = (from: number, to: number, text = "line") =>
    Array.from({ length: to - from + 1 }, (_, nth) => ({ seq: from + nth, blob: `${text}${from + nth}` }));
  const append = (from: number, to = from, text = "line", stateSeq = 0) =>
    appendJournal(task, { stateSeq, entries: lines(from, to, text) });
  const read = async (after = 0, ctx = task) => readJournal(ctx, { stateSeq: 0, after });
  const gap = { code: "journal.gap" };

  it("is read as it was written, in order", async () => {
    await append(1);
    await append(2, 11);
    expect(await read()).toEqual({ entries: lines(1, 11), more: false });
    expect(await read(9)).toEqual({ entries: lines(10, 11), more: false });
  });

  it("has no gap: not before, not within what is added, and not after another state", async () => {
    await append(1, 3);
    await expect(append(5)).rejects.toMatchObject(gap);
    const holed = appendJournal(task, { stateSeq: 0, entries: [...lines(4, 4), ...lines(6, 6)] });
    await expect(holed).rejects.toMatchObject(gap);
    const backwards = appendJournal(task, { stateSeq: 0, entries: [...lines(5, 5), ...lines(4, 4)] });
    await expect(backwards).rejects.toMatchObject(gap);
    await expect(append(4, 4, "line", 1)).rejects.toMatchObject(gap);
    expect((await read()).entries).toEqual(lines(1, 3));
  });

  it("takes the same lines again as they were, and no others in their place", async () => {
    await append(1, 3);
    await append(2, 3);
    await expect(append(2, 3, "other")).rejects.toMatchObject(gap);
    await expect(append(3, 4)).rejects.toMatchObject(gap); // one was written, the next was not
    expect((await read()).entries).toEqual(lines(1, 3));
  });

  it("C07 is continued by one of two that write at once", async () => {
    const both = await Promise.allSettled([append(1, 2, "one"), append(1, 2, "two")]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const { entries } = await read();
    expect(new Set(entries.map(({ blob }) => blob.slice(0, 3))).size).toBe(1);
    expect(entries).toHaveLength(2);
  });

  it("is continued by no older task of the agent, and read by the next one from its beginning", async () => {
    await append(1, 2);
    const { agentId = "agt_" } = task.actor.assignment ?? {};
    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "finish");
    await wake(owner, { agentId });
    const next = await world.asTask(await world.finishStart());
    await expect(append(3)).rejects.toMatchObject({ code: "task.replaced" });
    await expect(read()).rejects.toMatchObject({ code: "task.replaced" });
    expect((await read(0, next)).entries).toEqual(lines(1, 2));
  });

  it("is read in parts when it is long, or when its lines are", async () => {
    for (let from = 1; from <= 120; from += 20) await append(from, from + 19);
    const first = await read();
    expect(first).toMatchObject({ more: true });
    expect(first.entries).toHaveLength(50);
    const rest = await read(100);
    expect(rest).toEqual({ entries: lines(101, 120), more: false });

    for (let seq = 121; seq <= 132; seq += 1)
      await appendJournal(task, { stateSeq: 0, entries: [{ seq, blob: "A".repeat(160_000) }] });
    const long = await read(120);
    expect(long.entries.map(({ seq }) => seq)).toEqual([121, 122, 123, 124, 125, 126]);
    expect(long.more).toBe(true);
    expect((await read(126)).more).toBe(false);
  });

  it("H02 takes at most 256 KB at once, far below what a transaction holds", async () => {
    const door = world.door(world.taskPorts);
    const handler = serve(tasksContract, tasksRoutes, door);
    const token = world.admit(task.actor);
    const ask = (entries: object[]) =>
      handler(world.event("POST /v1/tasks/journal", { token, body: { stateSeq: 0, entries } }));
    const long = (length: number, nth = 0) => ({ seq: nth + 1, blob: "A".repeat(length) });
    const of25 = Array.from({ length: 25 }, (_, nth) => long(12_000, nth));
    expect(await ask(of25)).toMatchObject({ statusCode: 413 });
    expect(await ask([long(263_000)])).toMatchObject({ statusCode: 413 });
    expect(await ask([long(250_000)])).toMatchObject({ statusCode: 200 });
  });
});
