import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import { answers, chat, conversationId, type Device, heard, TaskWorld } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";

describe("an agent's conversations", () => {
  let world: TaskWorld;
  beforeEach(async () => {
    world = await TaskWorld.open();
  });
  afterEach(() => world.close());

  const isOpen = ({ link }: Device) => until(() => expect(link.state().is).toBe("open"));

  it("begin when a device unlocks the task, and answer", async () => {
    await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("hello"));
    await until(() => expect(answers(device)).toEqual(["heard: hello"]));
    await until(() => expect(world.api.reports.map(({ fact }) => fact)).toContain("ready"));
    expect(world.api.reports.map(({ fact }) => fact)).toEqual(
      expect.arrayContaining(["connected", "openclaw_ready", "unlocked", "ready", "active"]),
    );
    expect(world.api.reports.filter(({ firstMessage }) => firstMessage)).toHaveLength(1);
  });

  it("are not said to be ready before OpenClaw has its memory back, though it is up", async () => {
    const memory = Promise.withResolvers<void>();
    await world.startTask((openclaw) => {
      openclaw.release = () => memory.promise;
    });
    const device = world.openDevice();
    await isOpen(device);
    const status = () => heard(device, "agent.status").map(({ openclaw }) => openclaw);
    await until(() => expect(status()).toEqual(["booting"]));
    memory.resolve();
    await until(() => expect(status()).toEqual(["booting", "ready"]));
  });

  it("are one at a time: what is said during an answer waits for its turn", async () => {
    const { openclaw } = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("first"));
    await device.link.send(chat("second"));
    await until(() => expect(openclaw.sent).toHaveLength(1));
    await until(() =>
      expect(heard(device, "chat.entry").at(-1)?.entry).toMatchObject({ state: "queued", text: "second" }),
    );
    openclaw.answer("one");
    await until(() => expect(openclaw.sent).toHaveLength(2));
    openclaw.answer("two");
    await until(() => expect(answers(device)).toEqual(["one", "two"]));
    expect(openclaw.sent.map(({ text }) => text)).toEqual(["first", "second"]);
  });

  it("reach every device, as they are written and when they are done", async () => {
    const { openclaw } = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const [one, two] = [world.openDevice(), world.openDevice()];
    await Promise.all([isOpen(one), isOpen(two)]);
    await one.link.send(chat("hello"));
    await until(() => expect(openclaw.sent).toHaveLength(1));
    openclaw.say("so ");
    openclaw.say("far");
    await until(() =>
      expect(
        heard(two, "chat.delta")
          .map(({ text }) => text)
          .join(""),
      ).toBe("so far"),
    );
    openclaw.answer("so far, so good");
    await until(() => expect([answers(one), answers(two)]).toEqual([["so far, so good"], ["so far, so good"]]));
  });

  it("count a message once, however often it arrives", async () => {
    const { openclaw } = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    const message = chat("only once");
    await device.link.send(message);
    await until(() => expect(answers(device)).toHaveLength(1));
    const other = world.openDevice();
    await isOpen(other);
    await other.link.send(message); // the same id, by another way
    await other.link.send(chat("another"));
    await until(() => expect(answers(other)).toEqual(["heard: another"]));
    expect(openclaw.sent.map(({ text }) => text)).toEqual(["only once", "another"]);
    expect(world.api.calls.filter((call) => call === "appendJournal")).toHaveLength(4); // two questions, two answers
  });

  it("stop an answer when asked, and keep what was written of it", async () => {
    const { openclaw } = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("count to 500"));
    await until(() => expect(openclaw.sent).toHaveLength(1));
    openclaw.say("1 2 3");
    await device.link.send({ type: "chat.abort", msgId: newId("message", new Date()), conversationId });
    await until(() => expect(heard(device, "chat.end")).toHaveLength(1));
    expect(heard(device, "chat.end")[0]).toMatchObject({
      state: "aborted",
      entry: { text: "1 2 3", state: "aborted" },
    });
  });

  it("begin an answer anew when OpenClaw dies over it, and put the new text in the place of the old", async () => {
    const { openclaw } = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("hello"));
    await until(() => expect(openclaw.sent).toHaveLength(1));
    openclaw.say("half an ans");
    openclaw.crash();
    await openclaw.start();
    await until(() => expect(openclaw.sent).toHaveLength(2));
    expect(openclaw.sent[1]?.runId).not.toBe(openclaw.sent[0]?.runId);
    openclaw.answer("whole");
    await until(() => expect(answers(device)).toEqual(["whole"]));
    expect(heard(device, "chat.end")[0]?.state).toBe("final");
  });

  it("give an answer up when OpenClaw dies over it three times", async () => {
    const { openclaw } = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("hello"));
    for (const nth of [1, 2, 3]) {
      await until(() => expect(openclaw.sent).toHaveLength(nth));
      openclaw.crash();
      await openclaw.start();
    }
    await until(() => expect(heard(device, "chat.end")[0]?.state).toBe("error"));
    expect(openclaw.sent).toHaveLength(3);
  });

  it("say so when an answer ended with nothing in it, where a tool was used or words were written it is whole", async () => {
    const { openclaw } = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    const end = async (nth: number, write: (runId: string) => void) => {
      await device.link.send(chat("hello"));
      await until(() => expect(openclaw.sent).toHaveLength(nth));
      const runId = openclaw.sent.at(-1)?.runId ?? "";
      write(runId);
      openclaw.tell({ is: "end", runId, state: "final", text: "" });
      await until(() => expect(heard(device, "chat.end")).toHaveLength(nth));
    };
    await end(1, () => undefined);
    await end(2, () => openclaw.say("words"));
    const tool = { toolCallId: "call-1", name: "exec", state: "done" } as const;
    await end(3, (runId) => openclaw.tell({ is: "tool", runId, tool }));
    const ends = heard(device, "chat.end").map(({ state, entry }) => [state, entry.text]);
    expect(ends).toEqual([
      ["error", expect.stringContaining("without an answer")],
      ["final", "words"],
      ["final", ""],
    ]);
  });

  it("can be listed, renamed, paged, synced and deleted", async () => {
    const { openclaw } = await world.startTask();
    const device = world.openDevice();
    await isOpen(device);
    for (const text of ["one", "two", "three"]) await device.link.send(chat(text));
    await until(() => expect(answers(device)).toHaveLength(3));
    const title = "Numbers";
    await device.link.send({ type: "chat.rename", msgId: newId("message", new Date()), conversationId, title });
    await until(() => expect(heard(device, "chat.renamed")[0]?.conversation.title).toBe(title));
    device.link.tell({ type: "chat.list", requestId: "list" });
    device.link.tell({ type: "chat.history", requestId: "page", conversationId, limit: 2 });
    device.link.tell({ type: "chat.sync", requestId: "sync", conversationId, afterEntrySeq: 2 });
    await until(() => expect(heard(device, "chat.synced")).toHaveLength(1));
    expect(heard(device, "chat.conversations")[0]?.conversations).toMatchObject([{ id: conversationId, title }]);
    const page = heard(device, "chat.page")[0];
    expect([page?.entries.length, page?.hasMore, page?.entries.at(-1)?.text]).toEqual([2, true, "heard: three"]);
    expect(heard(device, "chat.synced")[0]?.entries.every(({ seq }) => seq > 2)).toBe(true);
    await device.link.send({ type: "chat.delete", msgId: newId("message", new Date()), conversationId });
    await until(() => expect(heard(device, "chat.deleted")).toHaveLength(1));
    await until(() => expect(openclaw.memory.size).toBe(0));
  });

  it("ask for approval on every device, also one that comes later, and take one answer", async () => {
    const { openclaw } = await world.startTask((one) => {
      one.answersAlone = false;
    });
    const device = world.openDevice();
    await isOpen(device);
    await device.link.send(chat("run: ls"));
    await until(() => expect(openclaw.sent).toHaveLength(1));
    const approval = { approvalId: "plugin:1", toolCallId: "call_1", toolName: "exec", title: "Run exec" };
    openclaw.ask({ ...approval, description: "ls", expiresAtMs: Date.now() + 60_000 });
    await until(() => expect(heard(device, "approval.requested")).toHaveLength(1));
    expect(heard(device, "chat.tool").at(-1)).toMatchObject({ toolCallId: "call_1", state: "waiting" });
    const late = world.openDevice();
    await isOpen(late);
    await until(() => expect(heard(late, "approval.requested")).toHaveLength(1));
    const msgId = newId("message", new Date());
    await late.link.send({ type: "approval.resolve", msgId, approvalId: "plugin:1", decision: "allow-once" });
    await until(() => expect(heard(device, "approval.settled")[0]?.outcome).toBe("allowed"));
    expect(openclaw.decisions).toEqual(["plugin:1 allow-once"]);
    openclaw.answer("done");
    await until(() => expect(answers(device)).toEqual(["done"]));
  });
});
