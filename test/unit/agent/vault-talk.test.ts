import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "#shared/ids.ts";
import { findSentinels, makeSentinel } from "#test/support/sentinels.ts";
import { chat, type Device, heard, type Task, TaskWorld } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";
import { ALONE_MS, startVaultTalk } from "../../../agent/live/vault-talk.ts";
import { makeLog } from "../../../agent/platform/log.ts";
import { makeHoldings } from "../../../agent/vault/holdings.ts";

vi.setConfig({ testTimeout: 30_000 });
const value = makeSentinel("granted");
const itemId = newId("item", new Date());
const item = {
  ...{ itemId, itemVersion: 1, as: "weather", sites: ["https://weather.example"] },
  fields: [{ name: "key", value, isHidden: true }],
};
const offer = (version = 2, items = [item]) => ({ type: "vault.offer", version, isLocked: false, items }) as const;
const HELD = [{ itemId, itemVersion: 1, as: "weather" }];

/** A supervisor as it really is, and devices with the code that the web app uses. */
describe("an agent that is given items", () => {
  let world: TaskWorld;
  let task: Task;
  let device: Device;
  beforeEach(async () => {
    world = await TaskWorld.open();
    task = await world.startTask();
    device = await openDevice();
  });
  afterEach(() => world.close());

  const openDevice = async () => {
    const opened = world.openDevice();
    await until(() => expect(opened.link.state().is).toBe("open"));
    return opened;
  };
  const heldOf = (device: Device) => heard(device, "vault.held").at(-1);
  const untilHeld = (by: Device, items: object[]) => until(() => expect(heldOf(by)?.items).toEqual(items));
  const atDoor = async (path: string, body?: object) => {
    const { port, token } = task.openclaw.input.door;
    const how = body ? { method: "POST", body: JSON.stringify(body) } : {};
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers, ...how });
    return { status: response.status, body: (await response.json()) as { items?: unknown[]; error?: string } };
  };

  it("holds them, and says so by name to every device, also one that comes later", async () => {
    expect(device.link.tell(offer())).toBe(true);
    await untilHeld(device, HELD);
    expect((await atDoor("/items")).body.items).toHaveLength(1);
    await untilHeld(await openDevice(), HELD);
  });

  it("lets them go when they are taken back, and does not take them from a device that has not heard of it", async () => {
    const other = await openDevice();
    device.link.tell(offer(2));
    await untilHeld(other, HELD);
    device.link.tell(offer(3, []));
    await untilHeld(other, []);
    other.link.tell(offer(2));
    await until(() => expect(task.lines.join("")).toContain('"taken":false'));
    expect(heldOf(other)).toMatchObject({ version: 3, items: [] });
    expect((await atDoor("/items")).body.items).toEqual([]);
  });

  it("takes none of an older version after a restart either, from the journal or from the state that was saved", async () => {
    device.link.tell(offer(3));
    await untilHeld(device, HELD);
    await until(() => expect(world.api.journal.length).toBeGreaterThan(0));
    world.kill();
    for (const isSaved of [false, true]) {
      task = await world.startTask();
      device = await openDevice();
      device.link.tell(offer(2));
      await until(() => expect(task.lines.join("")).toContain('"taken":false'));
      expect(heldOf(device)).toMatchObject({ version: 3, items: [] });
      device.link.tell(offer(3));
      await untilHeld(device, HELD);
      if (!isSaved) await device.link.send(chat("so that a state is saved"));
      await until(() => expect(world.api.saved).not.toBeNull());
      world.kill();
    }
  });

  it("forgets them when the last of its owner's devices locks", async () => {
    const other = await openDevice();
    device.link.tell(offer());
    await untilHeld(other, HELD);
    device.link.tell({ type: "vault.release" });
    other.link.tell({ type: "chat.list", requestId: "r" });
    await until(() => expect(other.messages.at(-1)?.type).toBe("chat.conversations"));
    expect((await atDoor("/items")).body.items).toHaveLength(1);
    other.link.tell({ type: "vault.release" });
    await untilHeld(other, []);
    expect((await atDoor("/items")).body.items).toEqual([]);
  });

  it("does with them what a device has approved, once, and nothing that was denied", async () => {
    device.link.tell(offer());
    await untilHeld(device, HELD);
    task.openclaw.answersAlone = false;
    await device.link.send(chat("go"));
    await until(() => expect(task.openclaw.sent).toHaveLength(1));
    const call = { url: "https://elsewhere.example/", use: [{ header: "a", reference: "weather/key" }] };
    const decide = async (approvalId: string, decision: "allow-once" | "deny", toolName = "vault_request") => {
      const about = { toolCallId: approvalId, toolName, title: "t", description: JSON.stringify(call) };
      task.openclaw.ask({ approvalId, ...about, expiresAtMs: Date.now() + 60_000 });
      await until(() => expect(device.messages).toContainEqual(expect.objectContaining({ approvalId })));
      await device.link.send({ type: "approval.resolve", msgId: newId("message", new Date()), approvalId, decision });
      await until(() => expect(task.openclaw.decisions).toContain(`${approvalId} ${decision}`));
      return atDoor("/request", { toolCallId: approvalId });
    };
    expect(await decide("denied", "deny")).toMatchObject({ status: 403 });
    expect(await decide("another-tool", "allow-once", "exec")).toMatchObject({ status: 403 });
    expect(await decide("allowed", "allow-once")).toMatchObject({
      status: 422,
      body: { error: expect.stringContaining("nowhere else") },
    });
    expect(await atDoor("/request", { toolCallId: "allowed" })).toMatchObject({ status: 403 });
  });

  it("has them in its memory alone: in no frame, journal, state, file or line of its log", async () => {
    device.link.tell(offer());
    await untilHeld(device, HELD);
    await device.link.send(chat("hello"));
    await until(() => expect(world.api.saved).not.toBeNull());
    const files = readdirSync(task.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const seen = [
      ...files.map(({ parentPath, name }) => ({ where: name, bytes: readFileSync(join(parentPath, name)) })),
      ...[...world.frames, ...task.lines, JSON.stringify([...world.api.journal])].map((text) => ({
        where: text.slice(0, 80),
        bytes: Buffer.from(text),
      })),
    ];
    expect(await findSentinels([value], seen)).toEqual([]);
    expect(await findSentinels([value], [{ where: "planted", bytes: Buffer.from(value) }])).toHaveLength(1);
  });

  it("has nothing left when its task ends, and the door is shut", async () => {
    device.link.tell(offer());
    await untilHeld(device, HELD);
    world.order({ control: "suspend", deadlineSeconds: 1 });
    await until(() => expect(task.exits).toEqual([0]));
    await expect(atDoor("/items")).rejects.toThrow();
  });
});

describe("an agent whose devices all lost their connection", () => {
  const peer = { connection: "c1", deviceId: newId("device", new Date()) };
  const begin = () => {
    const holdings = makeHoldings();
    const timers: { ms: number; fire: () => void }[] = [];
    const world = { peers: [peer], holdings, timers };
    const talk = startVaultTalk({
      ...{ vault: { holdings }, log: makeLog(() => undefined), tell: () => undefined },
      onTaken: () => undefined,
      listPeers: () => world.peers,
      startTimer(ms, fire) {
        const timer = { ms, fire };
        timers.push(timer);
        return () => void timers.splice(timers.indexOf(timer), 1);
      },
    });
    talk.hear(offer(), peer);
    world.peers = [];
    talk.left();
    return { ...world, world, talk };
  };

  it("forgets after a minute", () => {
    const { holdings, timers } = begin();
    expect([holdings.list().length, timers[0]?.ms]).toEqual([1, ALONE_MS]);
    timers[0]?.fire();
    expect(holdings.list()).toEqual([]);
  });

  it("keeps what it has when one of them is back before", () => {
    const { holdings, timers, talk, world } = begin();
    world.peers = [peer];
    talk.came(peer);
    expect([timers, holdings.list().length]).toEqual([[], 1]);
  });
});
