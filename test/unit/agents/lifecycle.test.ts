import { beforeEach, describe, expect, it } from "vitest";
import { type AgentsCtx, createAgent, getAgent, listAgents, renameAgent } from "#lambdas/agents/owner/agents.ts";
import { pause, remove, stop, wake } from "#lambdas/agents/owner/life.ts";
import { getChecklist, listEvents } from "#lambdas/agents/owner/reading.ts";
import { getEnvelope, getLaunch, putEnvelope } from "#lambdas/agents/owner/secrets.ts";
import { changeAgent } from "#lambdas/agents/rows/agent.repository.ts";
import { changeKeyring, getKeyring } from "#lambdas/keyring/keyring.ts";
import { report } from "#lambdas/tasks/reports.ts";
import { checkLaunch, signedEnvelope } from "#shared/client/agent-keys.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { deriveRootKeys, makeRootKey } from "#shared/crypto/account/root.ts";
import type { Id } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";
import { giveRoot, keepEnvelope } from "#test/support/sealed-envelope.ts";

describe("an agent's life", () => {
  let world: AgentsWorld;
  let owner: AgentsCtx;
  beforeEach(async () => {
    world = new AgentsWorld();
    owner = await world.owner("acme");
  });
  const events = async (agentId: Id<"agent">) =>
    (await listEvents(owner, { agentId, limit: 50 })).items.map(({ event }) => event);
  const unlock = async (agentId: Id<"agent">) =>
    owner.table.write(changeAgent(await world.row(owner, agentId), { state: "running", unlocked: true }));

  it("begins with a task that was waiting, vouched for by the launch key", async () => {
    const waiting = await world.warmTask();
    const { agentId, taskId } = await world.deploy(owner);
    expect(taskId).toBe(waiting);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "locked", online: true, generation: 1 });
    expect(world.controlsTo(`conn-${taskId}`)).toEqual(["assign"]);
    const checked = await checkLaunch(agentId, await getLaunch(owner, { agentId }), { nowMs: world.now().getTime() });
    expect(checked).toMatchObject({ taskId, generation: 1 });
    expect((await events(agentId)).toSorted()).toEqual(["agent.assigned", "agent.created", "agent.task_found"]);
  });

  it("runs a task of its own when none waits", async () => {
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    const [execution] = world.executions;
    expect(execution?.name).toBe(`${agentId}-1-start`);
    const found = await world.step(execution as never, "find");
    expect(found).toMatchObject({ found: "none", ticket: expect.stringMatching(/^[\w-]{43}$/) });
    expect(await world.step(execution as never, "assign")).toMatchObject({ assigned: "gone" });
    await world.runTask(found["taskId"] as never, String(found["ticket"]));
    await world.step(execution as never, "await", { taskArn: "arn:task", token: "token" });
    expect(world.proceeded).toEqual(["token"]); // it had called before the step waited
    expect(await world.step(execution as never, "assign")).toMatchObject({ assigned: "yes" });
    expect((await getAgent(owner, { agentId })).steps.map(({ step }) => step)).toEqual([
      "requested",
      "task_found",
      "assigned",
    ]);
  });

  it("takes a task that is still on its way, unless it has been so for too long", async () => {
    const lost = await world.comingTask();
    world.turn(2 * 60_000);
    const coming = await world.comingTask();
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    const execution = world.executions[0] as never;
    const found = await world.step(execution, "find");
    expect(found).toMatchObject({ found: "coming", taskId: coming.id, taskArn: `arn:task/${coming.id}` });
    await world.step(execution, "await", { ...found, token: "token" });
    expect(world.proceeded).toEqual([]);
    await world.runTask(coming.id, coming.ticket);
    await report(await world.asTask(coming.id), { fact: "connected" });
    expect(world.proceeded).toEqual(["token"]);
    expect(await world.step(execution, "assign", found)).toMatchObject({ assigned: "yes" });
    expect((await events(agentId)).toSorted()).toEqual(["agent.assigned", "agent.created", "agent.task_found"]);
    const { items } = await world.directory.at("POOL#small").page("tsk_", { limit: 9 });
    expect(items.map((row) => row["taskId"])).toEqual([lost.id]);
  });

  it("takes a task that is up before one that is not", async () => {
    await world.expectedTask();
    const up = await world.warmTask();
    await world.expectedTask();
    expect((await world.deploy(owner)).taskId).toBe(up);
  });

  it("can be taken a step that was done and could not say so, to the same end", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    const start = world.executions[0] as never;
    expect(await world.step(start, "assign")).toMatchObject({ assigned: "yes", taskId });
    expect(world.controlsTo(`conn-${taskId}`)).toEqual(["assign", "assign"]);
    await unlock(agentId);
    await stop(owner, { agentId });
    await wake(owner, { agentId });
    const { input, name } = world.executions.at(-1) ?? { input: {}, name: "" };
    for (let times = 0; times < 2; times += 1)
      expect(await world.step({ name, input: { ...input } }, "finish")).toMatchObject({ again: true, generation: 2 });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "starting", generation: 2 });
  });

  it("gives a waiting task to one of many that ask at once", async () => {
    const waiting = await world.warmTask();
    const others = await Promise.all(["b", "c", "d"].map((slug) => world.owner(`tenant-${slug}`)));
    await Promise.all(others.map((ctx) => createAgent(ctx, { name: "Ada" })));
    const found = await Promise.all(world.executions.map((execution) => world.step(execution, "find")));
    expect(found.filter((each) => each["found"] === "warm").map((each) => each["taskId"])).toEqual([waiting]);
    expect(found.filter((each) => each["found"] === "none")).toHaveLength(2);
  });

  it("starts one task however many wake it", async () => {
    const { agentId } = await world.deploy(owner);
    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "finish");
    const before = world.executions.length;
    const woken = await Promise.all(Array.from({ length: 100 }, () => wake(owner, { agentId })));
    expect(new Set(woken.map(({ generation }) => generation))).toEqual(new Set([2]));
    expect(world.executions.slice(before).map(({ name }) => name)).toEqual([`${agentId}-2-start`]);
  });

  it("seals its state before it stops, and only when there is one", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await stop(owner, { agentId });
    const execution = world.executions.at(-1) as never;
    expect(await world.step(execution, "locate")).toMatchObject({ saves: false, taskArn: `arn:task/${taskId}` });
    await world.step(execution, "finish");
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopped", online: false });

    await wake(owner, { agentId });
    const second = await world.finishStart();
    await unlock(agentId);
    await stop(owner, { agentId });
    const again = world.executions.at(-1) as never;
    expect(await world.step(again, "locate")).toMatchObject({ saves: true });
    await world.step(again, "suspend", { token: "seal" });
    expect(world.controlsTo(`conn-${second}`)).toEqual(["assign", "suspend"]);
    world.gone.add(`conn-${second}`);
    await expect(world.step(again, "suspend", { token: "seal" })).rejects.toThrow("gone");
  });

  it("starts again by itself when it was woken while it stopped", async () => {
    const { agentId } = await world.deploy(owner);
    await stop(owner, { agentId });
    await wake(owner, { agentId });
    const finished = await world.step(world.executions.at(-1) as never, "finish");
    expect(finished).toMatchObject({ again: true, generation: 2 });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "starting", generation: 2 });
  });

  it("ends a task that was found for it after it was stopped", async () => {
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    const [execution] = world.executions;
    await world.warmTask();
    await world.step(execution as never, "find");
    await stop(owner, { agentId });
    expect(await world.step(execution as never, "assign")).toMatchObject({ assigned: "superseded" });
    expect(await world.step(execution as never, "find")).toMatchObject({ found: "superseded" });
    await expect(getLaunch(owner, { agentId })).rejects.toMatchObject({ code: "agent.no_launch" });
  });

  it("says why it could not be started, and can be tried again", async () => {
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    await world.step(world.executions[0] as never, "give-up", { cause: "No task could be run." });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "crashed", cause: "No task could be run." });
    await wake(owner, { agentId });
    await world.step(world.executions[0] as never, "give-up", { cause: "late" });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "starting", cause: null });
  });

  it("leaves no row and no object behind when it is deleted", async () => {
    const { agentId } = await world.deploy(owner);
    await world.device(owner, agentId);
    await keepEnvelope(owner, await giveRoot(owner), { agentId, version: 1, blob: "AAAA" });
    await owner.table.write(changeAgent(await world.row(owner, agentId), { stateObject: "b", oldStateObjects: ["a"] }));
    await remove(owner, { agentId });
    const execution = world.executions.at(-1) as never;
    await world.step(execution, "erase");
    await world.step(execution, "erase"); // told twice
    expect(world.removed).toEqual(["a", "b"]);
    const left = [...world.store.rows.values()].filter((row) => JSON.stringify(row).includes(agentId));
    expect(left.map((row) => String(row["sk"]).replace(/#.*/, ""))).toEqual(
      left.map((row) => (String(row["pk"]).startsWith("TENANT") ? "AUDIT" : String(row["sk"]))),
    );
    await expect(getAgent(owner, { agentId })).rejects.toMatchObject({ code: "agent.not_found" });
    await createAgent(owner, { name: "Next" }); // the plan's place is free again
  });

  it("refuses one more than the plan allows, in the same transaction", async () => {
    const made = await Promise.allSettled(Array.from({ length: 8 }, () => createAgent(owner, { name: "Ada" })));
    expect(made.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(createAgent(owner, { name: "Ada" })).rejects.toMatchObject({
      code: "quota.exceeded",
      details: { what: "agents", limit: 1, current: 1, tier: "free" },
    });
    expect((await listAgents(owner, { limit: 10 })).items).toHaveLength(1);
  });

  it("is nobody's but its owner's, in the same organisation too", async () => {
    const { agentId } = await world.deploy(owner);
    const colleague = await world.join({ ...owner, ...world.ports }, "bob@example.org", "admin");
    const bob: AgentsCtx = world.ctx(colleague, world.lifecycle);
    for (const act of [getAgent, wake, stop, pause, remove, getLaunch, getEnvelope]) {
      await expect(act(bob, { agentId })).rejects.toMatchObject({ code: "agent.not_found" });
    }
    expect((await listAgents(bob, { limit: 10 })).items).toEqual([]);
  });

  it("is renamed from what was seen", async () => {
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    expect(await renameAgent(owner, { agentId, name: "Bea", version: 1 })).toMatchObject({ name: "Bea", version: 2 });
    const late = renameAgent(owner, { agentId, name: "Cleo", version: 1 });
    await expect(late).rejects.toMatchObject({ code: "agent.changed" });
  });

  it("keeps sealed secrets one version after the other, by the word of the root in force", async () => {
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    expect(await getEnvelope(owner, { agentId })).toBeNull();
    const account = await giveRoot(owner);
    const keep = (version: number, blob: string, by = account) => keepEnvelope(owner, by, { agentId, version, blob });
    await keep(1, "AAAA");
    for (const version of [1, 3])
      await expect(keep(version, "BBBB")).rejects.toMatchObject({ code: "agent.envelope_changed" });
    const root = deriveRootKeys(makeRootKey(), account.root);
    const theirs = signedEnvelope(account, agentId, { version: 2, blob: "AAAA" });
    const forged = [keep(2, "BBBB", { ...account, root }), putEnvelope(owner, { ...theirs, blob: "BBBB" })];
    for (const one of forged) await expect(one).rejects.toMatchObject({ code: "keyring.unsigned" });
    await keep(2, "CCCC");
    expect(await getEnvelope(owner, { agentId })).toEqual({ version: 2, blob: "CCCC" });
  });

  it("takes no secrets by a root that is replaced at that moment", async () => {
    const { id: agentId } = await createAgent(owner, { name: "Ada" });
    const account = await giveRoot(owner);
    const { table } = owner;
    const write: typeof table.write = async (...changes) => {
      const means = { deriveArgon2id: async () => new Uint8Array(32).fill(7), now: owner.now() };
      await changeKeyring(owner, (await rotateRoot(await getKeyring(owner), account, "next", means)).request);
      await table.write(...changes);
    };
    const late = keepEnvelope({ ...owner, table: { ...table, write } }, account, { agentId, version: 1, blob: "AAAA" });
    await expect(late).rejects.toMatchObject({ code: "keyring.changed" });
    expect(await getEnvelope(owner, { agentId })).toBeNull();
  });

  it("pauses only while its task is there to do it", async () => {
    const { agentId, taskId } = await world.deploy(owner);
    await expect(pause(owner, { agentId })).rejects.toMatchObject({ code: "agent.wrong_state" });
    await unlock(agentId);
    await pause(owner, { agentId });
    expect(world.controlsTo(`conn-${taskId}`)).toEqual(["assign", "pause"]);
  });

  it("tells every device that has it open, and forgets sockets that are gone", async () => {
    const { agentId } = await world.deploy(owner);
    const [here, lost] = [await world.device(owner, agentId), await world.device(owner, agentId, "lost")];
    world.gone.add(lost);
    world.turn(61_000); // neither can be one that only opens
    await stop(owner, { agentId });
    expect(world.controlsTo(here)).toEqual(["agent.changed"]);
    expect([...world.store.rows.values()].filter((row) => row["connectionId"] === "lost")).toEqual([]);
  });

  it("counts the first day's steps from what is there", async () => {
    expect(await getChecklist(owner)).toMatchObject({ organisation: true, passphrase: false, agent: false });
    await createAgent(owner, { name: "Ada" });
    expect(await getChecklist(owner)).toMatchObject({ agent: true, firstMessage: false });
  });
});
