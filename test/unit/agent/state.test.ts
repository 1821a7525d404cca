import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newId } from "#shared/ids.ts";
import { answers, chat, conversationId, type Device, TaskWorld } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";

vi.setConfig({ testTimeout: 20_000 });

describe("what an agent keeps", () => {
  let world: TaskWorld;
  beforeEach(async () => {
    world = await TaskWorld.open();
  });
  afterEach(() => world.close());

  const isOpen = ({ link }: Device) => until(() => expect(link.state().is).toBe("open"));
  const historyOf = async ({ link, messages }: Device) => {
    const requestId = crypto.randomUUID();
    link.tell({ type: "chat.history", requestId, conversationId, limit: 100 });
    const page = await until(() => {
      const found = messages.find((message) => message.type === "chat.page" && message.requestId === requestId);
      return found?.type === "chat.page" ? found : Promise.reject(new Error("no page yet"));
    });
    return page.entries.map(({ text }) => text);
  };

  it("a message is in the journal before the device hears that it arrived", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    world.api.losing.set("appendJournal", "before");
    const kept: number[] = [];
    world.api.onReport = () => kept.push(world.api.journal.length);
    await device.link.send(chat("keep me"));
    const told = () => device.messages.find((message) => message.type === "chat.entry");
    expect(told()).toBeUndefined();
    await until(() => expect(told()).toBeDefined());
    expect(kept[0]).toBeGreaterThan(0); // it was active only after the line was kept
  });

  it("C07 a task that dies after the journal and before the answer is followed by one that answers, once", async () => {
    const first = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("do not lose me"));
    await until(() => expect(first.openclaw.sent).toHaveLength(1));
    first.openclaw.say("half");
    world.kill();
    const second = await world.startTask();
    await until(() => expect(answers(device)).toEqual(["heard: do not lose me"]));
    await device.link.send(chat("and on"));
    await until(() => expect(answers(device)).toHaveLength(2));
    expect(second.openclaw.sent.map(({ text }) => text)).toEqual(["do not lose me", "and on"]);
    expect(await historyOf(device)).toEqual(["do not lose me", "heard: do not lose me", "and on", "heard: and on"]);
  });

  it("finished turns in the journal are told to an OpenClaw whose files lack them", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("one"));
    await until(() => expect(answers(device)).toHaveLength(1));
    world.kill();
    const second = await world.startTask();
    await isOpen(device);
    await device.link.send(chat("two"));
    await until(() => expect(answers(device)).toHaveLength(2));
    expect(second.openclaw.memory.get(conversationId)).toEqual(["one", "heard: one", "two", "heard: two"]);
  });

  it("of a turn that failed, an OpenClaw whose files lack it is told that there was no answer", async () => {
    const first = await world.startTask((openclaw) => {
      openclaw.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("one"));
    await until(() => expect(first.openclaw.sent).toHaveLength(1));
    first.openclaw.tell({
      is: "end",
      runId: first.openclaw.sent[0]?.runId ?? "",
      state: "error",
      text: "",
      error: "no",
    });
    await until(() => expect(answers(device)).toEqual(["no"]));
    world.kill();
    const second = await world.startTask();
    await isOpen(device);
    await device.link.send(chat("two"));
    await until(() => expect(answers(device)).toHaveLength(2));
    const told = ["one", "(no answer was given)", "two", "heard: two"];
    expect(second.openclaw.memory.get(conversationId)).toEqual(told);
  });

  it("a saved state brings the conversations and OpenClaw's memory back, and says on the device what it is", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("one"));
    await until(() => expect(world.api.saved?.seq).toBe(1));
    await until(() => expect(device.pin()?.state.hash).toBe(world.api.saved?.hash));
    expect(world.api.journal).toEqual([]);
    await device.link.send(chat("two"));
    await until(() => expect(answers(device)).toHaveLength(2));
    world.kill();
    const second = await world.startTask();
    await isOpen(device);
    expect(await historyOf(device)).toEqual(["one", "heard: one", "two", "heard: two"]);
    await device.link.send(chat("three"));
    await until(() => expect(answers(device)).toHaveLength(3));
    const spoken = ["one", "heard: one", "two", "heard: two", "three", "heard: three"];
    expect(second.openclaw.memory.get(conversationId)).toEqual(spoken);
  });

  it("what was told after a restore is told again, if a save came before it took effect", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("one"));
    await until(() => expect(device.pin()?.state.seq).toBe(1));
    await device.link.send(chat("two"));
    await until(() => expect(answers(device)).toHaveLength(2));
    world.kill();
    expect(world.api.saved?.seq).toBe(1);
    await world.startTask(); // its files know "one", the journal knows "two"
    await isOpen(device);
    await until(() => expect(device.pin()?.state.seq).toBe(2));
    world.kill();
    const third = await world.startTask();
    await isOpen(device);
    await device.link.send(chat("three"));
    await until(() => expect(answers(device)).toHaveLength(3));
    const spoken = ["one", "two", "three"].flatMap((text) => [text, `heard: ${text}`]);
    expect(third.openclaw.memory.get(conversationId)).toEqual(spoken);
  });

  it("messages left in the queue are taken once, then removed", async () => {
    const device = world.openDevice();
    world.state = "stopped";
    device.link.refresh();
    const left = chat("while you slept");
    await until(() => expect(device.link.state().is).toBe("asleep"));
    await device.link.send(left);
    expect(world.queuedIds).toEqual([left.msgId]);
    const again = world.api.queue.map((frame) => ({ ...frame, id: newId("frame", new Date()) }));
    world.api.queue.push(...again, { id: newId("frame", new Date()), at: new Date().toISOString(), blob: "AAAA" });
    const task = await world.startTask();
    await until(() => expect(answers(device)).toEqual(["heard: while you slept"]));
    await until(() => expect(world.api.queue).toEqual([]));
    expect(task.openclaw.sent).toHaveLength(1);
    const lines = world.api.calls.filter((call) => call === "appendJournal");
    expect(lines).toHaveLength(2); // the message and its answer
  });

  it("lost answers of the platform lose and double nothing", async () => {
    const task = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    world.api.losing.set("appendJournal", "after").set("commitState", "after");
    await device.link.send(chat("one"));
    await until(() => expect(answers(device)).toEqual(["heard: one"]));
    await until(() => expect(device.pin()?.state.seq).toBe(1));
    await device.link.send(chat("two"));
    await until(() => expect(answers(device)).toEqual(["heard: one", "heard: two"]));
    expect(task.exits).toEqual([]);
    expect(await historyOf(device)).toEqual(["one", "heard: one", "two", "heard: two"]);
  });
});
