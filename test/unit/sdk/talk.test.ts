import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openTalk, type Talk } from "#sdk/cli/commands/agents/talk.ts";
import type { Unlocked } from "#sdk/unlocked.ts";
import type { Entry } from "#shared/channel/app-model.ts";
import type { AgentMessage, DeviceMessage } from "#shared/channel/app-protocol.ts";
import type { AgentLink } from "#shared/client/link/link.ts";
import { type Id, newId } from "#shared/ids.ts";
import { until } from "#test/support/until.ts";

type Events = Parameters<Unlocked["openLink"]>[1];

const now = new Date();
const agentId = newId("agent", now);
const conversationId = newId("conversation", now);
const other = newId("message", now);

describe("`ocmt agent chat` in a conversation in which somebody else asks, too", () => {
  let events: Events;
  let talk: Talk;
  let sent: DeviceMessage[];
  let told: DeviceMessage[];
  let refusal: Error | undefined;
  const printed: string[] = [];
  const noted: string[] = [];

  beforeEach(() => {
    [sent, told, refusal] = [[], [], undefined];
    printed.length = 0;
    noted.length = 0;
    vi.spyOn(process.stdout, "write").mockImplementation((text) => printed.push(String(text)) > 0);
    vi.spyOn(process.stderr, "write").mockImplementation((text) => noted.push(String(text)) > 0);
    const link = {
      async send(message: DeviceMessage) {
        if (refusal) throw refusal;
        sent.push(message);
      },
      tell: (message: DeviceMessage) => told.push(message) > 0,
      close: () => undefined,
    } as unknown as AgentLink; // a talk asks for no more of it
    const openLink: Unlocked["openLink"] = (_agent, given) => {
      events = given;
      return link;
    };
    talk = openTalk({ openLink } as unknown as Unlocked, agentId, { conversationId, isQuiet: false });
    events.onState({ is: "open" });
  });
  afterEach(() => vi.restoreAllMocks());

  /** What is asked, once the agent has recorded it. */
  async function ask(): Promise<{ readonly asked: Id<"message">; readonly answer: Promise<Entry> }> {
    const answer = talk.say("mine");
    await until(() => expect(sent).toHaveLength(1));
    const [message] = sent;
    if (message?.type !== "chat.send") throw new Error("nothing was said");
    return { asked: message.msgId, answer };
  }
  const entry = (seq: number, more: Partial<Entry>): Entry => ({
    ...{
      seq,
      id: newId("message", now),
      conversationId,
      role: "assistant",
      text: "",
      tools: [],
      state: "final",
      at: 1,
    },
    ...more,
  });
  const answerTo = (to: Id<"message">, seq: number, text: string) => entry(seq, { to, text });
  const hear = (...messages: AgentMessage[]) => messages.forEach((message) => void events.onMessage(message));
  const delta = (to: string, offset: number, text: string): AgentMessage => ({
    ...{ type: "chat.delta", conversationId, runId: `${to}.1`, offset, text },
  });
  const end = (to: Id<"message">, seq: number, text: string): AgentMessage => ({
    ...{ type: "chat.end", conversationId, runId: `${to}.1`, state: "final", entry: answerTo(to, seq, text) },
  });

  it("prints the answer to what was asked here, and no other", async () => {
    const { asked, answer } = await ask();
    hear(delta(other, 0, "theirs"), end(other, 3, "theirs and more"));
    expect(printed).toEqual([]);
    hear(delta(asked, 0, "mi"), delta(asked, 5, "late"), delta(asked, 2, "ne"), end(asked, 4, "mine, whole"));
    expect((await answer).text).toBe("mine, whole");
    expect(printed.join("")).toBe("mine, whole\n");
  });

  it("takes up after a pause the answer that belongs to the question", async () => {
    const { asked, answer } = await ask();
    hear({ type: "chat.entry", entry: entry(2, { id: asked, role: "user" }) });
    events.onSession?.();
    expect(told.at(-1)).toMatchObject({ type: "chat.sync", afterEntrySeq: 1 });
    const synced = (entries: Entry[]): AgentMessage => ({
      ...{ type: "chat.synced", requestId: "1", conversationId, entries, hasMore: false },
    });
    const mine = entry(2, { id: asked, role: "user" });
    hear(synced([mine, answerTo(other, 3, "theirs")]));
    hear(synced([mine, answerTo(other, 3, "theirs"), answerTo(asked, 4, "mine")]));
    expect((await answer).text).toBe("mine");
    expect(printed.join("")).toBe("mine\n");
  });

  it("says what failed of the question, and notes what else waited on this machine and does not arrive", async () => {
    const { asked, answer } = await ask();
    events.onUndelivered?.(other, "unreadable");
    expect(noted.join("")).toContain("before the keys were changed");
    events.onUndelivered?.(asked, "too_old");
    await expect(answer).rejects.toThrow("too old");
  });

  it("asks for an approval again in the next session when the decision could not be sent", async () => {
    await ask();
    const unhandled: unknown[] = [];
    const note = (error: unknown) => void unhandled.push(error);
    process.on("unhandledRejection", note);
    refusal = new Error("no link");
    const about = { approvalId: "a1", toolCallId: "t1", toolName: "exec", title: "Run it?", description: "rm" };
    hear({ type: "approval.requested", msgId: newId("message", now), conversationId, ...about, expiresAt: 1 });
    await new Promise((done) => setTimeout(done, 20));
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });

  it("fails when the question could not be sent, and then takes another", async () => {
    refusal = new Error("no link");
    await expect(talk.say("mine")).rejects.toThrow("no link");
    refusal = undefined;
    const { asked, answer } = await ask();
    hear(end(asked, 4, "mine"));
    expect((await answer).text).toBe("mine");
  });
});
