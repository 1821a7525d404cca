import { beforeEach, describe, expect, it } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { getAgent } from "#lambdas/agents/owner/agents.ts";
import { remove, stop } from "#lambdas/agents/owner/life.ts";
import { QUEUE_BYTES_MAX, QUEUE_ROWS_MAX } from "#lambdas/agents/rows/queue.repository.ts";
import { useTicket } from "#lambdas/agents/rows/ticket.repository.ts";
import { enqueue, makeRelayTicket } from "#lambdas/chat/chat.ts";
import { addDevice, listDevices } from "#lambdas/keyring/devices.ts";
import { revokeBy } from "#lambdas/keyring/keyring.repository.ts";
import { report } from "#lambdas/tasks/reports.ts";
import { TableBusy } from "#platform/tables/busy.ts";
import { type Id, newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";

let world: AgentsWorld;
let owner: AgentsCtx;
let agentId: Id<"agent">;
let taskId: Id<"task">;
beforeEach(async () => {
  world = new AgentsWorld();
  owner = await world.owner("acme");
  ({ agentId, taskId } = await world.deploy(owner));
});

const enrol = async (ctx: AgentsCtx): Promise<Id<"device">> => {
  const id = newId("device", world.now());
  await addDevice(ctx, { id, name: "Laptop", cert: "AAAA" });
  return id;
};
const colleague = async (): Promise<AgentsCtx> =>
  world.ctx(await world.join({ ...owner, ...world.ports }, "bob@example.org", "admin"), world.lifecycle);

describe("a ticket for the relay", () => {
  it("is for one device and one agent of the caller", async () => {
    const deviceId = await enrol(owner);
    const { ticket, expiresAt } = await makeRelayTicket(owner, { agentId, deviceId });
    expect(Date.parse(expiresAt) - world.now().getTime()).toBe(30_000);
    const { tenantId, userId } = owner.actor;
    const sessionId = owner.actor.kind === "user" ? owner.actor.sessionId : "a key has none";
    const bearer = await useTicket(world.directory, ticket);
    expect(bearer).toEqual({ side: "device", tenantId, agentId, userId, deviceId, sessionId, keyId: null });
  });

  it("is given no more for a device that was taken back, and notes under which sign-in it comes", async () => {
    const deviceId = await enrol(owner);
    await makeRelayTicket(owner, { agentId, deviceId });
    const sessionId = owner.actor.kind === "user" ? owner.actor.sessionId : "a key has none";
    expect((await listDevices(owner)).items).toMatchObject([{ id: deviceId, sessionId }]);
    const next = { seq: 1, statement: "AAAA" };
    const at = world.now().toISOString();
    await owner.table.write(...revokeBy(owner.actor.userId, deviceId, { before: undefined, next, at }));
    await expect(makeRelayTicket(owner, { agentId, deviceId })).rejects.toMatchObject({ code: "device.revoked" });
  });

  it("E08 is given for no device and no agent of another, as if there were none", async () => {
    const bob = await colleague();
    const [mine, theirs, nobodys] = [await enrol(owner), await enrol(bob), newId("device", world.now())];
    const refusal = (ctx: AgentsCtx, agent: Id<"agent">, deviceId: Id<"device">) =>
      makeRelayTicket(ctx, { agentId: agent, deviceId }).catch(({ code, details }) => ({ code, details }));
    expect(await refusal(owner, agentId, theirs)).toEqual(await refusal(owner, agentId, nobodys));
    expect(await refusal(owner, agentId, theirs)).toMatchObject({ code: "device.not_found" });
    const nowhere = newId("agent", world.now());
    expect(await refusal(bob, agentId, theirs)).toEqual(await refusal(bob, nowhere, theirs));
    expect(await refusal(bob, agentId, mine)).toMatchObject({ code: "agent.not_found" });
    const other = await world.owner("other");
    expect(await refusal(other, agentId, mine)).toEqual(await refusal(other, nowhere, mine));
    expect([...world.store.rows.values()].filter(({ side, sk }) => side === "device" && sk === "TICKET")).toEqual([]);
  });
});

describe("a message that is left for an agent", () => {
  const leave = (blob = "AAAA", messageId = newId("message", world.now()), ctx = owner) =>
    enqueue(ctx, { agentId, messageId, blob });
  const sleep = async () => {
    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "finish");
  };
  const fill = (set: { queued?: number; queuedBytes?: number }) =>
    owner.table.update({ do: "update", sk: `AGENT#${agentId}`, set, otherwise: "agent.changed" });

  it("wakes one that is stopped, once", async () => {
    await sleep();
    const before = world.executions.length;
    expect(await leave()).toEqual({ queued: 1, at: "2030-01-01T00:00:00.000Z" });
    await leave();
    expect(world.executions.slice(before).map(({ name }) => name)).toEqual([`${agentId}-2-start`]);
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "starting", queued: 2 });
  });

  it("nudges the task of one that runs, and wakes it otherwise when that task's socket is gone", async () => {
    await leave();
    expect(world.controlsTo(`conn-${taskId}`)).toEqual(["assign", "wake"]);
    world.gone.add(`conn-${taskId}`);
    expect(await leave()).toMatchObject({ queued: 2 });
  });

  it("starts one that is being stopped again afterwards, though its socket is open still", async () => {
    await stop(owner, { agentId });
    await leave();
    expect(await world.row(owner, agentId)).toMatchObject({ state: "stopping", wakeWanted: true });
    expect(await world.step(world.executions.at(-1) as never, "finish")).toMatchObject({ again: true });
  });

  it("starts nothing over and over that no device unlocks", async () => {
    await leave();
    await stop(owner, { agentId }); // as the sweep does after half an hour
    expect(await world.step(world.executions.at(-1) as never, "finish")).toMatchObject({ again: false });
    expect(await getAgent(owner, { agentId })).toMatchObject({ state: "stopped", queued: 1 });
  });

  it("starts one again that could not read it before it was stopped", async () => {
    await report(await world.asTask(taskId), { fact: "unlocked" });
    await leave();
    await stop(owner, { agentId });
    expect(await world.step(world.executions.at(-1) as never, "finish")).toMatchObject({ again: true });
  });

  it("is there once, however often it is left", async () => {
    const messageId = newId("message", world.now());
    await Promise.all([leave("AAAA", messageId), leave("AAAA", messageId)]);
    await leave("AAAA", messageId);
    expect(await world.row(owner, agentId)).toMatchObject({ queued: 1, queuedBytes: 4 });
    world.turn(7 * 86_400_000 + 1000);
    expect((await owner.table.page(`OF#${agentId}#QUEUED#`, { limit: 9 })).items).toEqual([]);
  });

  it("H09 is not taken for left when it could not be written", async () => {
    const messageId = newId("message", world.now());
    world.store.isBusy = (changes) => changes.some(({ sk }) => sk.includes("#QUEUED#"));
    await expect(leave("AAAA", messageId)).rejects.toThrow(TableBusy);
    world.store.isBusy = () => false;
    expect(await leave("AAAA", messageId)).toMatchObject({ queued: 1 });
  });

  it("is refused when a thousand wait, with the figures", async () => {
    await fill({ queued: QUEUE_ROWS_MAX - 1 });
    await leave();
    await expect(leave()).rejects.toMatchObject({
      code: "queue.full",
      details: { limit: 1_000, limitBytes: 8_388_608, current: 1_000 },
    });
    expect(await world.row(owner, agentId)).toMatchObject({ queued: 1_000, queuedBytes: 4 });
  });

  it("is refused when eight megabytes wait, to the byte", async () => {
    await fill({ queuedBytes: QUEUE_BYTES_MAX - 4 });
    await expect(leave("AAAAA")).rejects.toMatchObject({ code: "queue.full" });
    await leave("AAAA");
    await expect(leave("A")).rejects.toMatchObject({ code: "queue.full" });
  });

  it("E01 is left for no agent of another person, not even in the same organisation", async () => {
    const bob = await colleague();
    const refusal = (agent: Id<"agent">) =>
      enqueue(bob, { agentId: agent, messageId: newId("message", world.now()), blob: "AAAA" }).catch(
        ({ code, details }) => ({ code, details }),
      );
    expect(await refusal(agentId)).toMatchObject({ code: "agent.not_found" });
    expect(await refusal(agentId)).toEqual(await refusal(newId("agent", world.now())));
    expect(await world.row(owner, agentId)).toMatchObject({ queued: 0 });
  });

  it("is left for none that is being deleted", async () => {
    await remove(owner, { agentId });
    await expect(leave()).rejects.toMatchObject({ code: "agent.wrong_state" });
  });
});
