import { beforeEach, describe, expect, it } from "vitest";
import { type AgentsCtx, getAgent } from "#lambdas/agents/owner/agents.ts";
import { stop, wake } from "#lambdas/agents/owner/life.ts";
import { appendJournal, readJournal } from "#lambdas/tasks/journal.ts";
import { report } from "#lambdas/tasks/reports.ts";
import { commitState, getState, type StateCtx, uploadState } from "#lambdas/tasks/state.ts";
import type { Id } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

describe("an agent's sealed state", () => {
  let world: AgentsWorld;
  let owner: AgentsCtx;
  let agentId: Id<"agent">;
  let task: StateCtx;
  beforeEach(async () => {
    world = new AgentsWorld();
    owner = await world.owner("acme");
    const { taskId, ...agent } = await world.deploy(owner);
    agentId = agent.agentId;
    task = await world.asTask(taskId);
  });

  const lostRace = { code: "task.state_lost_race" };
  const commit = (ctx: StateCtx, seq: number, { hash = `hash${seq}`, final = false } = {}) =>
    commitState(ctx, { seq, hash, bytes: 10, sealedKey: "KEYS", final });
  const save = async (seq: number) => {
    const { url } = await uploadState(task, { seq, bytes: 10 });
    await commit(task, seq);
    return url.replace(`put:${owner.actor.tenantId}/`, "");
  };
  const successor = async () => {
    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "finish");
    await wake(owner, { agentId });
    return world.asTask(await world.finishStart());
  };

  it("is none at first, and then the one that was uploaded", async () => {
    expect(await getState(task)).toBeNull();
    const { url, headers, expiresAt } = await uploadState(task, { seq: 1, bytes: 10 });
    expect(url).toContain(`${owner.actor.tenantId}/agents/${agentId}/state/1-`);
    expect(headers).toEqual({ "content-length": "10" });
    expect(Date.parse(expiresAt) - world.now().getTime()).toBe(300_000);
    expect(await getState(task)).toBeNull(); // uploaded is not committed
    await commit(task, 1);
    expect(await getState(task)).toMatchObject({ seq: 1, bytes: 10, url: url.replace("put:", "get:") });
    expect(await getAgent(owner, { agentId })).toMatchObject({ saved: { seq: 1, hash: "hash1", sealedKey: "KEYS" } });
    expect(world.auditEvents()).toContain("agent.state_saved");
  });

  it("is followed by the next one only", async () => {
    await save(1);
    for (const seq of [1, 3]) await expect(uploadState(task, { seq, bytes: 10 })).rejects.toMatchObject(lostRace);
    await expect(commit(task, 2)).rejects.toMatchObject(lostRace); // nothing was uploaded for it
    await uploadState(task, { seq: 2, bytes: 10 });
    await expect(commit(task, 3)).rejects.toMatchObject(lostRace);
    await expect(commit(task, 1, { hash: "other" })).rejects.toMatchObject(lostRace);
    await commit(task, 2);
    expect(await getState(task)).toMatchObject({ seq: 2 });
  });

  it("is committed once, however often that is said", async () => {
    await uploadState(task, { seq: 1, bytes: 10 });
    await Promise.all([commit(task, 1).catch(() => undefined), commit(task, 1).catch(() => undefined)]);
    await commit(task, 1);
    expect(world.auditEvents().filter((event) => event === "agent.state_saved")).toHaveLength(1);
    await expect(commit(task, 1, { hash: "other" })).rejects.toMatchObject(lostRace);
  });

  it("C08 is never taken from a task that was replaced, whatever it uploaded before", async () => {
    await uploadState(task, { seq: 1, bytes: 10 });
    const next = await successor();
    for (const late of [commit(task, 1), uploadState(task, { seq: 1, bytes: 10 }), getState(task)])
      await expect(late).rejects.toMatchObject({ code: "task.replaced" });
    expect(await getState(next)).toBeNull();
  });

  it("is lost to the other when two uploads are begun at once", async () => {
    const both = await Promise.allSettled([
      uploadState(task, { seq: 1, bytes: 10 }),
      uploadState(task, { seq: 1, bytes: 10 }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    for (const one of both) if (one.status === "rejected") expect(one.reason).toMatchObject(lostRace);
  });

  it("leaves nothing of an upload that was begun anew", async () => {
    const first = await uploadState(task, { seq: 1, bytes: 10 });
    const second = await save(1);
    expect(world.removed).toEqual([first.url.replace(`put:${owner.actor.tenantId}/`, "")]);
    expect(await world.row(owner, agentId)).toMatchObject({ stateObject: second, uploadObject: null });
  });

  it("keeps the one before it, and removes those before that", async () => {
    const [first, second] = [await save(1), await save(2)];
    expect(world.removed).toEqual([]);
    await save(3);
    expect(world.removed).toEqual([first]);
    expect(await world.row(owner, agentId)).toMatchObject({ oldStateObjects: [second], stateSeq: 3, journalSeq: 0 });
  });

  it("H10 leaves no object behind that nobody knows of, when an old one could not be removed", async () => {
    await save(1);
    await save(2);
    await uploadState(task, { seq: 3, bytes: 10 });
    const failing = { ...task, objects: { ...task.objects, remove: async () => Promise.reject(new Error("503")) } };
    await expect(commit(failing, 3)).rejects.toThrow("503");
    expect(await getState(task)).toMatchObject({ seq: 2 });
    await commit(task, 3);
    expect(world.removed).toHaveLength(1);
  });

  it("ends the journal that led to it, also when its answer was lost on the way", async () => {
    const line = (seq: number) => appendJournal(task, { stateSeq: 0, entries: [{ seq, blob: `line${seq}` }] });
    for (let seq = 1; seq <= 60; seq += 1) await line(seq);
    await save(1);
    expect((await readJournal(task, { stateSeq: 0, after: 0 })).entries).toEqual([]);
    await owner.table.write({
      do: "insert",
      sk: `OF#${agentId}#JOURNAL#0000000000#0000000001`,
      item: { seq: 1, blob: "x" },
      otherwise: "journal.gap",
    });
    await commit(task, 1);
    expect((await readJournal(task, { stateSeq: 0, after: 0 })).entries).toEqual([]);
    await expect(line(61)).rejects.toMatchObject({ code: "journal.gap" });
  });

  it("lets the machine that stops the agent go on by the last one, and by none before", async () => {
    const { taskId } = task.actor;
    await uploadState(task, { seq: 1, bytes: 10 });
    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "suspend", { taskId, token: "seal" });
    await commit(task, 1);
    expect(world.proceeded).not.toContain("seal");
    await report(task, { fact: "connected" }); // its socket was opened anew meanwhile
    expect(world.proceeded).not.toContain("seal");
    await commit(task, 1, { final: true }); // the same again, now as the last
    expect(world.proceeded.filter((token) => token === "seal")).toHaveLength(1);
    await commit(task, 1, { final: true });
    expect(world.proceeded.filter((token) => token === "seal")).toHaveLength(1);
  });
});
