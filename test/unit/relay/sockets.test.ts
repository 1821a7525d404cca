import { beforeEach, describe, expect, it, vi } from "vitest";
import { type AgentsCtx, createAgent, getAgent } from "#lambdas/agents/owner/agents.ts";
import { stop, wake } from "#lambdas/agents/owner/life.ts";
import { listDevices } from "#lambdas/agents/rows/connection.repository.ts";
import { findTask } from "#lambdas/agents/rows/task.repository.ts";
import { makeRelayTicket } from "#lambdas/tasks/tokens.ts";
import type { Id } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";
import { RelayWorld } from "#test/support/relay.ts";

let world: AgentsWorld;
let relay: RelayWorld;
let owner: AgentsCtx;
let agentId: Id<"agent">;
let taskId: Id<"task">;
beforeEach(async () => {
  world = new AgentsWorld();
  relay = new RelayWorld(world);
  owner = await world.owner("acme");
  ({ agentId, taskId } = await world.deploy(owner));
});
const rowOf = (connectionId: string) => world.store.rows.get(`CONNECTION#${connectionId}\u0000CONNECTION`);
const devices = async () => {
  const names: string[] = [];
  for await (const { connectionId } of listDevices(owner.table, agentId)) names.push(connectionId);
  return names;
};

describe("a ticket at the relay's door", () => {
  const effects = async (...knocks: Promise<{ policyDocument: { Statement: { Effect: string }[] } }>[]) =>
    (await Promise.all(knocks)).map(({ policyDocument }) => policyDocument.Statement[0]?.Effect);

  it("F04 lets in once: of many at the same moment, one", async () => {
    const ticket = await relay.ticketFor(owner, agentId);
    const first = await effects(...Array.from({ length: 20 }, () => relay.knock(ticket)));
    expect(first.filter((effect) => effect === "Allow")).toHaveLength(1);
    expect(await effects(relay.knock(ticket))).toEqual(["Deny"]);
  });

  it("is good for thirty seconds", async () => {
    const [early, late] = [await relay.ticketFor(owner, agentId), await relay.ticketFor(owner, agentId)];
    world.turn(29_000);
    expect(await effects(relay.knock(early))).toEqual(["Allow"]);
    world.turn(1_000);
    expect(await effects(relay.knock(late))).toEqual(["Deny"]);
  });

  it("lets nobody in who has none, and tells nothing of whose it might have been", async () => {
    const denied = await relay.knock("A".repeat(43));
    expect(denied).toMatchObject({ principalId: "nobody", context: {} });
    expect(denied.policyDocument.Statement).toEqual([
      { Action: "execute-api:Invoke", Effect: "Deny", Resource: "arn:socket" },
    ]);
    expect(await relay.bare("$connect", "uninvited")).toEqual({ statusCode: 403 });
    expect(rowOf("uninvited")).toBeUndefined();
  });
});

describe("a device's socket", () => {
  it("is known as long as it is open", async () => {
    expect(await relay.open(await relay.ticketFor(owner, agentId), "phone")).toBe(200);
    const { tenantId, userId } = owner.actor;
    expect(rowOf("phone")).toMatchObject({ side: "device", tenantId, agentId, userId });
    expect(await devices()).toEqual(["phone"]);
    await relay.close("phone");
    expect(rowOf("phone")).toBeUndefined();
    expect(await devices()).toEqual([]);
    expect(relay.heardBy(`conn-${taskId}`)).toContainEqual(
      expect.objectContaining({ control: "peer.gone", connectionId: "phone" }),
    );
    await relay.close("phone"); // told twice
  });

  it("is told of its agent from when it is open, also if it was not yet when somebody had to be told", async () => {
    await relay.device(owner, agentId, "phone");
    world.gone.add("phone"); // API Gateway says so of one whose handshake goes on
    await stop(owner, { agentId });
    world.gone.delete("phone");
    world.turn(61_000);
    await wake(owner, { agentId });
    expect(relay.heardBy("phone")).toContainEqual(expect.objectContaining({ control: "agent.changed" }));
  });

  it("is forgotten after three hours, though nobody said that it closed", async () => {
    await relay.device(owner, agentId, "phone");
    world.turn(3 * 3_600_000);
    expect(await devices()).toEqual([]);
    await relay.send("phone", { v: 1 });
    expect(await world.directory.at("CONNECTION#phone").get("CONNECTION")).toBeUndefined();
  });
});

describe("a task's socket", () => {
  /** What is done, while something happens right after the task's row was read for it. */
  async function afterReading<T>(
    task: Id<"task">,
    happens: () => Promise<unknown>,
    done: () => Promise<T>,
  ): Promise<T> {
    const { directory } = world;
    const at = directory.at.bind(directory);
    let isOver = false;
    const spied = vi.spyOn(directory, "at").mockImplementation((pk) => {
      const rows = at(pk);
      const get: typeof rows.get = async (sk) => {
        const row = await rows.get(sk);
        if (pk !== `TASK#${task}` || isOver) return row;
        isOver = true; // what happens may read it, too
        await happens();
        return row;
      };
      return { ...rows, get };
    });
    try {
      return await done();
    } finally {
      spied.mockRestore();
    }
  }

  it("makes its agent online, and offline when it closes; devices are told", async () => {
    await relay.device(owner, agentId, "phone");
    await relay.close(`conn-${taskId}`);
    expect(await getAgent(owner, { agentId })).toMatchObject({ online: false });
    expect(await findTask(world.directory, taskId)).toMatchObject({ connectionId: null });
    expect(await relay.task(taskId, "second")).toBe(200);
    expect(await getAgent(owner, { agentId })).toMatchObject({ online: true });
    expect(await findTask(world.directory, taskId)).toMatchObject({ connectionId: "second" });
    expect(relay.heardBy("phone").map(({ control }) => control)).toEqual(["agent.offline", "agent.online"]);
  });

  it("stays the agent's when the one before it is only then found to be closed", async () => {
    await relay.device(owner, agentId, "phone");
    expect(await relay.task(taskId, "second")).toBe(200);
    relay.heardBy("phone");
    await relay.close(`conn-${taskId}`);
    expect(await findTask(world.directory, taskId)).toMatchObject({ connectionId: "second" });
    expect(await world.row(owner, agentId)).toMatchObject({ connectionId: "second" });
    expect(relay.heardBy("phone")).toEqual([]);
  });

  it("stays the agent's when the one before it closes at the same moment", async () => {
    const { ticket } = await makeRelayTicket(await world.asTask(taskId));
    await afterReading(
      taskId,
      () => relay.open(ticket, "second"),
      () => relay.close(`conn-${taskId}`),
    );
    expect(await findTask(world.directory, taskId)).toMatchObject({ connectionId: "second" });
    expect(await world.row(owner, agentId)).toMatchObject({ connectionId: "second" });
  });

  it("belongs to nobody before the task does", async () => {
    const waiting = await world.warmTask();
    expect(await relay.task(waiting, "free")).toBe(200);
    expect(rowOf("free")).toMatchObject({ side: "task", taskId: waiting, assignment: null });
    await relay.close("free");
    expect(await findTask(world.directory, waiting)).toMatchObject({ connectionId: null });
  });

  it("is the one that a claimed task is told of, when it comes back between claim and assignment", async () => {
    const other = await world.owner("other");
    const waiting = await world.warmTask();
    const { id } = await createAgent(other, { name: "Bea" });
    const execution = world.executions.at(-1) as never;
    await world.step(execution, "find");
    expect(await relay.task(waiting, "back")).toBe(200);
    expect(await world.step(execution, "assign")).toMatchObject({ assigned: "yes" });
    expect(relay.heardBy("back").map(({ control }) => control)).toEqual(["assign"]);
    expect(await world.row(other, id)).toMatchObject({ connectionId: "back" });
  });

  it("is the agent's, when the task is claimed at the moment it comes back", async () => {
    const other = await world.owner("other");
    const waiting = await world.warmTask();
    const { id } = await createAgent(other, { name: "Bea" });
    const execution = world.executions.at(-1) as never;
    const { ticket } = await makeRelayTicket(await world.asTask(waiting));
    const claim = () => world.step(execution, "find");
    expect(await afterReading(waiting, claim, () => relay.open(ticket, "back"))).toBe(200);
    expect(rowOf("back")).toMatchObject({ assignment: { agentId: id } });
    expect(await world.row(other, id)).toMatchObject({ connectionId: "back" });
  });

  it("is refused to a task that was replaced, and changes nothing of the agent", async () => {
    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "finish");
    await wake(owner, { agentId });
    const next = await world.finishStart();
    expect(await relay.task(taskId, "late")).toBe(403);
    expect(await world.row(owner, agentId)).toMatchObject({ taskId: next, connectionId: `conn-${next}` });
    await relay.close(`conn-${taskId}`);
    expect(await getAgent(owner, { agentId })).toMatchObject({ online: true });
  });
});
