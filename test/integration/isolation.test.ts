import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import type { Agent } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import { Person } from "#test/support/person.ts";
import { platformView } from "#test/support/platform-view.ts";
import { joinProduct } from "#test/support/product.ts";

/** Two people of two organisations, at once: neither can see, address or wake the other's agent. */
describe("two tenants side by side", () => {
  const place = joinProduct();
  const ada = new Person(place);
  const bob = new Person(place);
  let adas: Agent;

  beforeAll(async () => {
    await Promise.all([
      ada.settle("the first passphrase of several words"),
      bob.settle("the second passphrase of several words"),
    ]);
    adas = await ada.deploy("Ada's");
    await ada.isOpen();
  });
  afterAll(async () => {
    await ada.retire();
    await bob.retire();
  });

  it("E01 keeps one's agent from the other in every route, as if it did not exist", async () => {
    const agentId = adas.id;
    const nowhere = newId("agent", new Date());
    const { agents, chat } = bob.api;
    const asks = [
      (id: Agent["id"]) => agents.get({ agentId: id }),
      (id: Agent["id"]) => agents.wake({ agentId: id }),
      (id: Agent["id"]) => agents.stop({ agentId: id }),
      (id: Agent["id"]) => agents.pause({ agentId: id }),
      (id: Agent["id"]) => agents.remove({ agentId: id }),
      (id: Agent["id"]) => agents.launch({ agentId: id }),
      (id: Agent["id"]) => agents.getEnvelope({ agentId: id }),
      (id: Agent["id"]) => agents.listEvents({ agentId: id }),
      (id: Agent["id"]) => agents.rename({ agentId: id, name: "Mine", version: 1 }),
      (id: Agent["id"]) => chat.relayTicket({ agentId: id, deviceId: bob.device?.id ?? newId("device", new Date()) }),
      (id: Agent["id"]) => chat.enqueue({ agentId: id, messageId: newId("message", new Date()), blob: "AAAA" }),
    ];
    for (const ask of asks) {
      const [theirs, nobodys] = await Promise.all(
        [ask(agentId), ask(nowhere)].map((reply) => reply.catch((e) => e.problem)),
      );
      expect(theirs).toMatchObject({ code: "agent.not_found", status: 404 });
      expect({ ...theirs, request_id: "" }).toEqual({ ...nobodys, request_id: "" });
    }
    expect((await agents.list({})).items).toEqual([]);
    expect((await ada.api.agents.get({ agentId })).state).toBe("running");
  });

  it("E08 lets no ticket, and no frame, reach a connection of the other", async () => {
    const uninvited = new WebSocket(`${place.url.replace(/^http/, "ws")}/relay?ticket=${"A".repeat(43)}`);
    const [refused] = await once(uninvited, "error");
    expect(String(refused)).toMatch(/40[13]/);
    await bob.deploy("Bob's");
    await bob.isOpen();
    const before = ada.frames.length;
    const theirs = await socketsOf(ada); // known to nobody but the platform; a guess is made to succeed
    expect(theirs.length).toBeGreaterThan(0);
    const frame = { v: 1, kind: "frame", sid: "A".repeat(22), seq: 0, b64: "AAAA" };
    for (const to of [...theirs, "agent", "unknown=="]) bob.socket?.send(JSON.stringify({ ...frame, to }));
    const said = await ada.say("still here");
    await ada.replyTo(said);
    const foreign = ada.frames.slice(before).filter((text) => text.includes('"AAAA"'));
    expect(foreign).toEqual([]);
  });

  /** The names of somebody's open sockets, as they stand in the directory. */
  async function socketsOf({ account }: Person): Promise<string[]> {
    const names: string[] = [];
    for await (const { where, bytes } of platformView(place.endpoint)) {
      const [, name] = /^table \S+ CONNECTION#(\S+) CONNECTION$/.exec(where) ?? [];
      if (name && bytes.includes(account?.tid ?? "nobody")) names.push(name);
    }
    return names;
  }

  it("lets a relay ticket be used once", async () => {
    const { ticket } = await ada.api.chat.relayTicket({
      agentId: adas.id,
      deviceId: ada.device?.id ?? newId("device", new Date()),
    });
    const url = `${place.url.replace(/^http/, "ws")}/relay?ticket=${ticket}`;
    const first = new WebSocket(url);
    await once(first, "open");
    const second = new WebSocket(url);
    const [refused] = await once(second, "error");
    expect(String(refused)).toMatch(/40[13]/);
    first.terminate();
  });

  it("E10 names no other tenant in what an execution was started with", async () => {
    const tenants = [ada.account?.tid ?? "", bob.account?.tid ?? ""];
    for await (const { where, bytes } of platformView(place.endpoint)) {
      if (!where.startsWith("execution")) continue;
      expect(tenants.filter((tid) => bytes.includes(tid)).length, where).toBeLessThan(2);
    }
  });
});
