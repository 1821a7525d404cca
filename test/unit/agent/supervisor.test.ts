import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { makeAgentSecrets, openEnvelope, sealEnvelope } from "#shared/client/agent-keys.ts";
import { makeKeyring } from "#shared/client/keyring.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { newId } from "#shared/ids.ts";
import { agentId, answers, chat, type Device, heard, place, type Task, TaskWorld } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";
import { takeSettings } from "../../../agent/platform/settings.ts";

vi.setConfig({ testTimeout: 30_000 });

const apiKey = "sk-ant-the-users-own-key-0123456789";

describe("a supervisor", () => {
  let world: TaskWorld;
  beforeEach(async () => {
    const model = { kind: "openai", baseUrl: "http://127.0.0.1:9/v1", apiKey, modelId: "m" } as const;
    world = await TaskWorld.open(model);
  });
  afterEach(() => world.close());

  const isOpen = ({ link }: Device) => until(() => expect(link.state().is).toBe("open"));
  const facts = () => world.api.reports.map(({ fact }) => fact);
  const say = async (device: Device, text: string) => {
    const before = answers(device).length;
    await device.link.send(chat(text));
    await until(() => expect(answers(device).length).toBeGreaterThan(before));
  };
  const exitOf = ({ exits }: Task) => until(() => expect(exits).not.toEqual([])).then(() => exits);

  it("takes its ticket out of the environment, even when the rest is wrong", () => {
    const ticket = encodeBase64url(new Uint8Array(32));
    const right = { OCMT_API_URL: "https://a.example/", OCMT_RELAY_URL: "wss://a.example/relay", OCMT_STATE_DIR: "/s" };
    const environment: NodeJS.ProcessEnv = { ...right, OCMT_LAUNCH_TICKET: ticket };
    expect(takeSettings(environment)).toMatchObject({ ticket, apiUrl: "https://a.example", size: "small" });
    expect(environment["OCMT_LAUNCH_TICKET"]).toBeUndefined();
    const wrong: NodeJS.ProcessEnv = { OCMT_LAUNCH_TICKET: ticket };
    expect(() => takeSettings(wrong)).toThrow();
    expect(wrong).toEqual({});
  });

  it("is ready for anyone before it is anyone's: OpenClaw up and primed, its socket open, and no right to more", async () => {
    const task = await world.startFreeTask();
    await until(() => expect(facts()).toEqual(["connected", "openclaw_ready"]));
    expect(task.openclaw.primed).toHaveLength(1);
    const device = world.openDevice();
    expect(device.link.state().is).not.toBe("open");
    expect(world.api.calls).not.toContain("getState");
  });

  it("says once more that it is unlocked to a platform that still shows it locked", async () => {
    await world.startTask();
    await isOpen(world.openDevice());
    world.state = "locked"; // the report got lost
    const second = world.openDevice();
    await isOpen(second);
    await until(() => expect(world.state).toBe("running"));
    expect(facts().filter((fact) => fact === "unlocked")).toHaveLength(2);
  });

  it("suspends: the answer under way is stopped, the last state committed as final, and the task ends well", async () => {
    const task = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("a long story"));
    await until(() => expect(task.openclaw.sent).toHaveLength(1));
    task.openclaw.say("once upon");
    world.order({ control: "suspend", deadlineSeconds: 1 });
    expect(await exitOf(task)).toEqual([0]);
    expect([world.api.finals, task.openclaw.isStopped]).toEqual([1, true]);
    expect(heard(device, "chat.end")[0]?.entry).toMatchObject({ state: "aborted", text: "once upon" });
    expect(device.pin()?.state).toEqual({ seq: world.api.saved?.seq, hash: world.api.saved?.hash });
  });

  it("suspends without a word when it was never unlocked: there is nothing new to save", async () => {
    const task = await world.startTask();
    await until(() => expect(task.lines.join()).toContain("task.assigned"));
    world.order({ control: "suspend", deadlineSeconds: 60 });
    expect(await exitOf(task)).toEqual([0]);
    expect([world.api.finals, facts().includes("failed")]).toEqual([0, false]);
  });

  it("saves what it can when it is terminated", async () => {
    const task = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await say(device, "one");
    await task.supervisor.terminate();
    expect(task.exits).toEqual([0]);
    expect([world.api.saved?.seq, world.api.finals, world.api.journal.length]).toEqual([1, 0, 0]);
  });

  it("ends, having written nothing, when another task holds the agent", async () => {
    const old = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await say(device, "one");
    const other = await world.startFreeTask();
    const assigned = world.assign(other);
    const before = world.api.writers.length;
    await assigned;
    await old.supervisor.terminate(); // its last save is refused
    expect(await exitOf(old)).toHaveLength(1);
    expect(world.api.writers.slice(before)).not.toContain(old.id);
    await until(() => expect(facts().filter((fact) => fact === "unlocked")).toHaveLength(2));
  });

  it("a commit that comes too late ends the task", async () => {
    const task = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    world.api.holder = { taskId: newId("task", new Date()), generation: 9 };
    await device.link.send(chat("too late"));
    expect(await exitOf(task)).toEqual([1]);
    expect(world.api.saved).toBeNull();
    expect(facts()).not.toContain("failed");
  });

  it("freezes when told, and thaws as soon as someone speaks", async () => {
    const task = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    world.order({ control: "pause" });
    await until(() => expect(facts()).toContain("paused"));
    expect(task.openclaw.isFrozen).toBe(true);
    await say(device, "wake up");
    expect(task.openclaw.isFrozen).toBe(false);
    expect(facts()).toContain("resumed");
    const status = device.messages.filter((message) => message.type === "agent.status");
    expect(status.map(({ openclaw }) => openclaw)).toEqual(expect.arrayContaining(["paused", "ready"]));
  });

  it("says that it is at work when it is told to pause in the middle of an answer", async () => {
    const task = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    task.openclaw.answersAlone = false;
    await device.link.send(chat("take your time"));
    await until(() => expect(task.openclaw.sent).toHaveLength(1));
    const before = facts().filter((fact) => fact === "active").length;
    world.order({ control: "pause" });
    await until(() => expect(facts().filter((fact) => fact === "active")).toHaveLength(before + 1));
    expect(task.openclaw.isFrozen).toBe(false);
  });

  it("obeys no order that was meant for an earlier launch", async () => {
    const task = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    world.order({ control: "suspend", deadlineSeconds: 1, generation: 7 });
    await say(device, "still here");
    expect(task.exits).toEqual([]);
  });

  it("B25 refuses an unlock by another root, and stays what it was", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    const { account } = await makeKeyring(place, "another passphrase of seven words", {
      deriveArgon2id,
      now: new Date(),
    });
    world.state = "locked"; // as a lying platform would have it
    const { envelope } = world.api;
    world.api.envelope = sealEnvelope(account, agentId, 1, makeAgentSecrets({ kind: "demo" }));
    const intruder = world.openDevice(account);
    await until(() => expect(intruder.link.state()).toEqual({ is: "blocked", code: "crypto.context" }));
    world.api.envelope = envelope;
    world.state = "running";
    await say(device, "mine");
  });

  it("C08 refuses to start from an older state than the device knows", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await say(device, "one");
    await until(() => expect(world.api.saved?.seq).toBe(1));
    const older = { saved: world.api.saved, url: world.api.stateUrl };
    await say(device, "two");
    await until(() => expect(world.api.saved?.seq).toBe(2));
    world.kill();
    const newer = world.api.saved;
    world.api.stateUrl = older.url; // the row says 2, the bytes are those of 1
    await world.startTask();
    await until(() => expect(device.link.state()).toMatchObject({ is: "blocked" }));
    expect(world.api.saved).toEqual(newer);
    expect(facts().filter((fact) => fact === "unlocked")).toHaveLength(1);
  });

  it("B23 refuses a state or a journal that lies there in plain text, says so in the log, and leaves everything as it was", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await say(device, "one");
    await until(() => expect(world.api.saved?.seq).toBe(1));
    world.kill();
    const { stateUrl, objects, journal } = world.api;
    const sealed = objects.get(stateUrl) ?? new Uint8Array();
    const plain = Buffer.from(`${JSON.stringify({ role: "user", content: "one" })}\n`);

    objects.set(stateUrl, plain);
    const first = await world.startTask();
    await until(() => expect(device.link.state()).toMatchObject({ is: "blocked" }));
    expect(first.lines.filter((line) => /"state\.not_restored".*"CryptoError /.test(line))).toHaveLength(1);
    expect(objects.get(stateUrl)).toBe(plain);
    world.kill();

    objects.set(stateUrl, sealed);
    world.api.journal = [...journal, { seq: journal.length + 1, blob: plain.toString("base64url") }];
    const again = world.openDevice();
    const second = await world.startTask();
    await until(() => expect(again.link.state()).toMatchObject({ is: "blocked" }));
    expect(second.lines.filter((line) => /"state\.not_restored".*"CryptoError /.test(line))).toHaveLength(1);
    expect(facts().filter((fact) => fact === "unlocked")).toHaveLength(1);
  });

  it("C08 refuses to start afresh when the device knows of a state", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await say(device, "one");
    await until(() => expect(device.pin()?.state.seq).toBe(1));
    world.kill();
    world.api.hidesState = true;
    await world.startTask();
    const blocked = { is: "blocked", code: "crypto.rollback" };
    await until(() => expect(device.link.state()).toEqual(blocked));
    expect(facts().filter((fact) => fact === "unlocked")).toHaveLength(1);
  });

  it("leaves no secret of its owner on the disk, in the environment, in the log or before the relay", async () => {
    const task = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await say(device, "the secret of the house");
    await until(() => expect(device.pin()?.state.seq).toBe(1)); // saved, and tidied up
    const { ais, firstStateKey } = openEnvelope(world.account, agentId, world.api.envelope ?? { blob: "", version: 0 });
    const keys = [ais, firstStateKey].map((key) => Buffer.from(key));
    const secrets = [apiKey, "the secret of the house"].concat(
      keys.flatMap((key) => [key.toString("latin1"), key.toString("hex"), key.toString("base64url")]),
    );
    const files = readdirSync(task.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const places = {
      written: files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "latin1")),
      stored: [...world.api.objects.values()].map((bytes) => Buffer.from(bytes).toString("latin1")),
      journal: world.api.seen,
      log: task.lines,
      environment: Object.values(process.env),
      relay: world.frames,
    };
    for (const [name, texts] of Object.entries(places)) {
      expect(
        secrets.filter((secret) => texts.some((text) => text?.includes(secret))),
        name,
      ).toEqual([]);
    }
    expect([places.stored.length, places.log.length > 3, places.relay.length > 3, places.journal.length > 1]).toEqual([
      1,
      true,
      true,
      true,
    ]);
  });
});
