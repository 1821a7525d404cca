import { beforeEach, describe, expect, it, vi } from "vitest";
import type { AgentsCtx } from "#lambdas/agents/owner/agents.ts";
import { stop, wake } from "#lambdas/agents/owner/life.ts";
import { findEnd, putEnd } from "#lambdas/agents/rows/connection.repository.ts";
import { createApiKey, revokeApiKey } from "#lambdas/identity/keys/api-keys.ts";
import { deleteMembership, setMembershipRole } from "#lambdas/identity/people/membership.repository.ts";
import { deleteSession } from "#lambdas/identity/sessions/session.repository.ts";
import { revokeBy } from "#lambdas/keyring/keyring.repository.ts";
import { type Id, newId } from "#shared/ids.ts";
import { AgentsWorld } from "#test/support/agents.ts";
import { RelayWorld } from "#test/support/relay.ts";

const frame = (to: string, more: object = {}) => ({
  v: 1,
  to,
  kind: "frame",
  sid: "A".repeat(22),
  seq: 7,
  b64: "QUJD",
  ...more,
});
const sessionOf = ({ actor }: AgentsCtx) => {
  if (actor.kind !== "user") throw new Error("a key has no session");
  return actor.sessionId;
};
const refused = (reason: string) => [{ v: 1, control: "refused", reason }];

describe("a frame at the relay", () => {
  let world: AgentsWorld;
  let relay: RelayWorld;
  let owner: AgentsCtx;
  let agentId: Id<"agent">;
  let task: string; // its socket
  let taskId: Id<"task">;
  beforeEach(async () => {
    world = new AgentsWorld();
    relay = new RelayWorld(world);
    owner = await world.owner("acme");
    ({ agentId, taskId } = await world.deploy(owner));
    task = `conn-${taskId}`;
    await relay.device(owner, agentId, "phone");
    world.posted.length = 0;
  });
  const heard = (connectionId: string) => relay.heardBy(connectionId);

  it("reaches one's own agent, and one's own device, as it was sent", async () => {
    await relay.send("phone", frame("agent"));
    expect(heard(task)).toEqual([frame("agent", { from: "phone" })]);
    await relay.send(task, frame("phone"));
    expect(heard("phone")).toEqual([frame("phone", { from: "agent" })]);
    expect(world.posted).toEqual([]);
  });

  it("E08 bears the sender that the relay knows, whatever it says itself", async () => {
    for (const from of ["agent", "laptop", task]) await relay.send("phone", frame("agent", { from }));
    expect(heard(task).map(({ from }) => from)).toEqual(["phone", "phone", "phone"]);
    await relay.send(task, frame("phone", { from: "phone" }));
    expect(heard("phone").map(({ from }) => from)).toEqual(["agent"]);
  });

  it.each([
    ["no JSON", "{"],
    ["no frame", "{}"],
    ["another version", frame("agent", { v: 2 })],
    ["a field more", frame("agent", { tenantId: "x" })],
    ["no address", frame("")],
    ["an address that is none", frame("a b")],
    ["a control", { v: 1, control: "suspend", agentId: "x", generation: 1, deadlineSeconds: 1 }],
    ["bytes that are none", frame("agent", { b64: "a b" })],
    ["nothing", ""],
  ])("is refused as malformed: %s", async (_, text) => {
    await relay.send("phone", text);
    expect(heard("phone")).toEqual(refused("malformed"));
    expect(world.posted).toEqual([]);
  });

  it("C11 is refused when it is a byte too long, and passes when it is not", async () => {
    const text = JSON.stringify(frame("agent"));
    const longest = text.replace("QUJD", "A".repeat(32_768 - text.length + 4));
    await relay.send("phone", longest.replace('"}', 'A"}'));
    expect(heard("phone")).toEqual(refused("too_large"));
    expect(heard(task)).toEqual([]);
    expect(longest).toHaveLength(32_768);
    await relay.send("phone", longest);
    expect(heard(task)).toHaveLength(1);
  });

  it("E08 reaches no socket but the agent's: not another device's, not another tenant's task's", async () => {
    const other = await world.owner("other");
    const theirs = await world.deploy(other);
    await relay.device(other, theirs.agentId, "foreign");
    await relay.device(owner, agentId, "laptop");
    world.posted.length = 0;
    for (const to of ["laptop", "foreign", `conn-${theirs.taskId}`, task, "unknown"]) {
      await relay.send("phone", frame(to));
      expect(heard("phone")).toEqual(refused("forbidden"));
    }
    for (const to of ["foreign", `conn-${theirs.taskId}`]) {
      await relay.send(task, frame(to));
      expect(heard(task)).toEqual(refused("forbidden"));
    }
    expect(world.posted).toEqual([]);
  });

  it("E08 reaches no device of another person of the organisation, and none of one's other agents", async () => {
    const bob: AgentsCtx = world.ctx(
      await world.join({ ...owner, ...world.ports }, "bob@example.org", "admin"),
      world.lifecycle,
    );
    await world.upgrade(owner.actor.tenantId, "pro");
    const [bobs, second] = [await world.deploy(bob, "Bob's"), await world.deploy(owner, "Second")];
    await relay.device(bob, bobs.agentId, "bobs");
    await relay.device(owner, second.agentId, "tablet");
    world.posted.length = 0;
    for (const to of ["bobs", "tablet"]) {
      await relay.send(task, frame(to));
      expect(heard(task)).toEqual(refused("forbidden"));
    }
    // a row that no ticket could have made: even then the agent's owner decides
    const { tenantId } = owner.actor;
    const end = {
      side: "device",
      tenantId,
      agentId,
      userId: bob.actor.userId,
      deviceId: newId("device", world.now()),
      sessionId: sessionOf(bob),
      keyId: null,
    } as const;
    await world.directory.write(putEnd("forged", end, world.now()));
    await relay.send("forged", frame("agent"));
    expect(heard("forged")).toEqual(refused("forbidden"));
    await relay.send(task, frame("forged"));
    expect(heard(task)).toEqual(refused("forbidden"));
    expect(world.posted).toEqual([]);
  });

  it("F13 is the last of a socket whose person signed out or was removed; the agent reaches it no more either", async () => {
    const signedOut = async () => world.directory.write(deleteSession(owner.actor.userId, sessionOf(owner)));
    await relay.send("phone", frame("agent"));
    await signedOut();
    await relay.send("phone", frame("agent"));
    expect(heard(task)).toHaveLength(2); // known for half a minute
    world.turn(31_000);
    await relay.send("phone", frame("agent"));
    expect([heard(task), [...world.gone]]).toEqual([[], ["phone"]]);
    await relay.send(task, frame("phone"));
    expect(heard(task)).toMatchObject([{ control: "peer.gone", connectionId: "phone" }]);

    expect([...world.gone]).toEqual(["phone"]);
  });

  it("F13 is the last of a socket whose person is no member any more", async () => {
    await world.directory.write(deleteMembership(owner.actor.userId, owner.actor.tenantId));
    await relay.send(task, frame("phone"));
    expect([...world.gone]).toEqual(["phone"]);
  });

  it("F13 is the last of a socket whose person's role allows no chat any more", async () => {
    const { userId, tenantId } = owner.actor;
    await world.directory.write(setMembershipRole(userId, tenantId, "member"));
    await relay.send("phone", frame("agent"));
    expect(heard(task)).toHaveLength(1);
    await world.directory.write(setMembershipRole(userId, tenantId, "observer"));
    world.turn(31_000);
    await relay.send("phone", frame("agent"));
    expect([heard(task), [...world.gone]]).toEqual([[], ["phone"]]);
  });

  it("F13 is the last of a socket whose API key was revoked", async () => {
    const { id } = await createApiKey(owner, { name: "ci", scopes: ["agents:chat"], expiresInDays: null });
    const program = { ...world.program(owner.actor, ["agents:chat"]), keyId: id };
    await relay.device(world.ctx(program, world.lifecycle), agentId, "script");
    await relay.send("script", frame("agent"));
    expect(heard(task)).toHaveLength(1);
    await revokeApiKey(owner, { apiKeyId: id });
    world.turn(31_000);
    await relay.send(task, frame("script"));
    expect([...world.gone]).toEqual(["script"]);
  });

  it("B20 is the last of a socket whose device was taken back", async () => {
    const { userId } = owner.actor;
    const end = await findEnd(world.directory, "phone");
    const deviceId = end?.side === "device" ? end.deviceId : newId("device", world.now());
    await relay.send("phone", frame("agent"));
    const next = { seq: 1, statement: "AAAA" };
    await owner.table.write(...revokeBy(userId, deviceId, { before: undefined, next, at: world.now().toISOString() }));
    world.turn(31_000);
    heard(task);
    await relay.send("phone", frame("agent"));
    expect([heard(task), [...world.gone]]).toEqual([[], ["phone"]]);
  });

  it("reaches nobody from a task that is nobody's, or that was replaced", async () => {
    const free = `conn-${await world.warmTask()}`;
    await relay.send(free, frame("phone"));
    expect(heard(free)).toEqual(refused("forbidden"));
    await relay.send(task, frame("phone"));
    expect(heard("phone")).toHaveLength(1);

    await stop(owner, { agentId });
    await world.step(world.executions.at(-1) as never, "finish");
    await wake(owner, { agentId });
    const next = await world.finishStart();
    world.turn(2_001); // what the relay remembers of an agent is at most two seconds old
    world.posted.length = 0;
    await relay.send(task, frame("phone"));
    expect(heard(task)).toEqual(refused("forbidden"));
    await relay.send("phone", frame("agent"));
    expect(heard(`conn-${next}`)).toHaveLength(1);
    expect(world.posted).toEqual([]);
  });

  it("passes from a task once it is somebody's, though it was refused before", async () => {
    const other = await world.owner("other");
    const waiting = await world.warmTask();
    const free = `conn-${waiting}`;
    await relay.send(free, frame("tablet"));
    expect(heard(free)).toEqual(refused("forbidden"));
    const theirs = await world.deploy(other);
    expect(theirs.taskId).toBe(waiting);
    await relay.device(other, theirs.agentId, "tablet");
    await relay.send(free, frame("tablet"));
    expect(heard("tablet")).toEqual([frame("tablet", { from: "agent" })]);
  });

  it("finds an agent's new socket at once, though the old one is remembered", async () => {
    await relay.send("phone", frame("agent"));
    world.gone.add(task);
    await relay.task(taskId, "second");
    world.posted.length = 0;
    await relay.send("phone", frame("agent"));
    expect(heard("second")).toHaveLength(1);
    expect(heard("phone")).toEqual([]);
  });

  it("is answered when there is nobody to hear it", async () => {
    world.gone.add(task);
    await relay.send("phone", frame("agent"));
    expect(heard("phone")).toEqual([{ v: 1, control: "agent.offline", agentId, generation: 1 }]);
    for (const to of ["unknown", "phone"]) {
      world.gone.delete(task);
      world.gone.add("phone");
      await relay.send(task, frame(to));
      expect(heard(task)).toEqual([{ v: 1, control: "peer.gone", agentId, generation: 1, connectionId: to }]);
    }
    await relay.send("stranger", frame("agent"));
    expect(heard("stranger")).toEqual(refused("gone"));
  });

  it("that only keeps the socket open is answered by nothing", async () => {
    expect(await relay.send("phone", "ping")).toEqual({ statusCode: 200 });
    expect(world.posted).toEqual([]);
  });

  it("E10 leaves nothing of itself in the log or in a row, passed on or refused", async () => {
    const lines: string[] = [];
    const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
    try {
      const secret = { b64: "c2VudGluZWw", sid: "SENTINEL".padEnd(22, "A") };
      await relay.send("phone", frame("agent", secret));
      await relay.send(task, frame("phone", secret));
      await relay.send("phone", frame("unknown", secret));
      await relay.send("phone", frame("agent", { ...secret, more: 1 }));
      await relay.send("phone", `c2VudGluZWw SENTINEL${"x".repeat(32_768)}`);
    } finally {
      write.mockRestore();
    }
    const refusals = lines.filter((line) => line.includes("relay.refused"));
    expect(refusals.map((line) => JSON.parse(line).code)).toEqual(["forbidden", "malformed", "too_large"]);
    const kept = lines.join("") + JSON.stringify([...world.store.rows]);
    expect(kept).not.toContain("c2VudGluZWw");
    expect(kept).not.toContain("SENTINEL");
  });
});
