import { beforeEach, describe, expect, it } from "vitest";
import { type AgentsCtx, createAgent } from "#lambdas/agents/owner/agents.ts";
import { agentSk } from "#lambdas/agents/rows/agent.repository.ts";
import { holdAgent } from "#lambdas/tasks/assigned.ts";
import { appendJournal, readJournal } from "#lambdas/tasks/journal.ts";
import { commitState, type StateCtx, uploadState } from "#lambdas/tasks/state.ts";
import type { Item } from "#platform/tables/change.ts";
import type { Id } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

let world: AgentsWorld;
let owner: AgentsCtx;
beforeEach(async () => {
  world = new AgentsWorld();
  owner = await world.owner("acme");
});
const replaced = { code: "task.replaced" };

describe("a task that holds an agent no more", () => {
  it("is refused though the start is the same: another task was found after it had kept everyone waiting", async () => {
    await createAgent(owner, { name: "Ada" });
    const execution = world.executions.at(-1) as never;
    const first = await world.step(execution, "find");
    const late = await world.asTask(first["taskId"] as Id<"task">);
    await world.step(execution, "find");
    await expect(holdAgent(late)).rejects.toMatchObject(replaced);
    const present = await world.asTask(await world.finishStart());
    expect((await holdAgent(present)).row.generation).toBe(late.actor.assignment?.generation);
  });

  it("is refused though the row names it: its token is of another generation", async () => {
    const { taskId } = await world.deploy(owner);
    const { actor, ...task } = await world.asTask(taskId);
    const { assignment } = actor;
    if (!assignment) throw new Error("the task is this agent's");
    for (const generation of [assignment.generation - 1, assignment.generation + 1]) {
      const other = { ...task, actor: { ...actor, assignment: { ...assignment, generation } } };
      await expect(holdAgent(other)).rejects.toMatchObject(replaced);
    }
  });
});

describe("a task that loses its agent after it was asked whose it is, and before it writes", () => {
  let agentId: Id<"agent">;
  let task: StateCtx;
  beforeEach(async () => {
    const { taskId, ...agent } = await world.deploy(owner);
    agentId = agent.agentId;
    task = await world.asTask(taskId);
    await uploadState(task, { seq: 1, bytes: 10 });
  });
  const change = (set: Item) =>
    owner.table.update({ do: "update", sk: agentSk(agentId), set, otherwise: "agent.changed" });
  /** The same task; something else happens between what it reads and what it writes. */
  const interrupted = (set: Item): StateCtx => ({
    ...task,
    enterTenant: (tenantId) => {
      const table = world.table(tenantId);
      return { ...table, write: (...changes) => change(set).then(() => table.write(...changes)) };
    },
  });
  const commit = (ctx: StateCtx) =>
    commitState(ctx, { seq: 1, hash: "AAAA", bytes: 10, sealedKey: "AAAA", final: false });

  it.each([
    ["to a later generation", { generation: 2 }],
    ["to another task", { taskId: "tsk_other" }],
    ["to an upload that was begun since, whose beginning removed its own", { uploadObject: "agents/x/state/1-other" }],
  ])("C08 saves no state: %s", async (_, set) => {
    await expect(commit(interrupted(set))).rejects.toMatchObject({ code: "task.state_lost_race" });
    expect(await owner.table.get(agentSk(agentId))).toMatchObject({ saved: null, stateSeq: 0 });
  });

  it.each([
    ["to a later generation", { generation: 2 }],
    ["to another task", { taskId: "tsk_other" }],
  ])("C08 begins no upload, and removes none: %s", async (_, set) => {
    const late = uploadState(interrupted(set), { seq: 1, bytes: 10 });
    await expect(late).rejects.toMatchObject({ code: "task.state_lost_race" });
    expect(world.removed).toEqual([]);
  });

  it.each([
    ["to a later generation", { generation: 2 }],
    ["to another task", { taskId: "tsk_other" }],
  ])("C07 adds nothing to the journal: %s", async (_, set) => {
    const late = appendJournal(interrupted(set), { stateSeq: 0, entries: [{ seq: 1, blob: "AAAA" }] });
    await expect(late).rejects.toMatchObject({ code: "journal.gap" });
    const { taskId, assignment } = task.actor;
    await change({ taskId, generation: assignment?.generation ?? 0 });
    expect((await readJournal(task, { stateSeq: 0, after: 0 })).entries).toEqual([]);
  });
});
