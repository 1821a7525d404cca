import { describe, expect, it } from "vitest";
import type { Entry } from "#shared/channel/app-model.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { newId } from "#shared/ids.ts";
import { hearMessage } from "../../../frontend/src/lib/agent-session/view/hear-message.ts";
import { syncFrom } from "../../../frontend/src/lib/agent-session/view/hear-thread.ts";
import {
  addUnsent,
  answerApproval,
  changeUnsent,
  openApprovals,
} from "../../../frontend/src/lib/agent-session/view/say.ts";
import { type AgentView, EMPTY_VIEW, threadOf } from "../../../frontend/src/lib/agent-session/view/view.ts";

const now = new Date("2026-11-23T12:00:00Z");
const conversationId = newId("conversation", now);
const hear = (...messages: AgentMessage[]): AgentView => messages.reduce(hearMessage, EMPTY_VIEW);
const thread = (view: AgentView) => threadOf(view, conversationId);

const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  ...{ seq, id: newId("message", now), conversationId, role: "assistant", text: `text ${seq}`, tools: [] },
  ...{ state: "final", at: now.getTime() + seq },
  ...more,
});
const delta = (offset: number, text: string, runId = "r1"): AgentMessage => ({
  ...{ type: "chat.delta", conversationId, runId, offset, text },
});
const end = (last: Entry, runId = "r1"): AgentMessage => ({
  ...{ type: "chat.end", conversationId, runId, state: "final", entry: last },
});
const synced = (more: Partial<Extract<AgentMessage, { type: "chat.synced" }>>): AgentMessage => ({
  ...{ type: "chat.synced", requestId: "q", conversationId, entries: [], hasMore: false },
  ...more,
});

describe("a conversation as this device sees it", () => {
  it("joins the pieces of an answer", () => {
    expect(thread(hear(delta(0, "one "), delta(4, "two"))).run?.text).toBe("one two");
  });

  it("lays a piece that comes again over itself", () => {
    const once = hear(delta(0, "one "), delta(4, "two "), delta(8, "three"));
    expect(thread([delta(4, "two ")].reduce(hearMessage, once)).run?.text).toBe("one two three");
  });

  it("asks for all of a run when a piece is missing, and writes on after it", () => {
    const gap = hear(delta(0, "one "), delta(8, "three"));
    expect(thread(gap)).toMatchObject({ hasGap: true, run: { text: "one " } });
    const whole = [synced({ running: { runId: "r1", text: "one two three", tools: [] } }), delta(13, " four")];
    expect(thread(whole.reduce(hearMessage, gap))).toMatchObject({
      hasGap: false,
      run: { text: "one two three four" },
    });
  });

  it("keeps what came while the answer to chat.sync was on its way", () => {
    const ahead = hear(delta(0, "one two"), synced({ running: { runId: "r1", text: "one ", tools: [] } }));
    expect(thread(ahead).run?.text).toBe("one two");
  });

  it("ends a run with its entry, and no late piece brings it back", () => {
    const last = entry(2);
    const ended = hear(delta(0, "te"), end(last));
    const late = [delta(0, "te"), synced({ running: { runId: "r1", text: "te", tools: [] } })];
    for (const message of late)
      expect(thread(hearMessage(ended, message))).toMatchObject({ run: undefined, entries: [last] });
  });

  it("knows after a sync that a run it saw is over", () => {
    const last = entry(2);
    expect(thread(hear(delta(0, "te"), synced({ entries: [last] })))).toMatchObject({
      run: undefined,
      entries: [last],
    });
  });

  it("keeps entries in the agent's order, each once", () => {
    const [one, two, three] = [entry(1), entry(2), entry(3)];
    const page = { type: "chat.page" as const, requestId: "p", conversationId, entries: [one, two], hasMore: true };
    const view = hear({ type: "chat.entry", entry: three }, page, { type: "chat.entry", entry: two });
    expect(thread(view)).toMatchObject({ entries: [one, two, three], hasEarlier: true, isLoaded: true });
  });

  it("asks again for what was queued when it last looked", () => {
    const view = hear({ type: "chat.entry", entry: entry(4, { role: "user", state: "queued" }) });
    expect(syncFrom(thread(view))).toBe(3);
    expect(syncFrom(thread(hear({ type: "chat.entry", entry: entry(7) })))).toBe(7);
  });

  it("merges what is told of a tool: arguments first, the result later", () => {
    const tool = { type: "chat.tool", conversationId, runId: "r1", toolCallId: "t1", name: "exec" } as const;
    const view = hear(
      { ...tool, state: "running", args: { command: "date" } },
      { ...tool, state: "done", result: "Mon" },
    );
    expect(thread(view).run?.tools).toEqual([
      { toolCallId: "t1", name: "exec", state: "done", args: { command: "date" }, result: "Mon" },
    ]);
  });
});

describe("what a person sends", () => {
  const msgId = newId("message", now);
  const unsent = { msgId, conversationId, text: "hello", at: now.getTime(), state: "sending" } as const;
  const recorded = entry(1, { id: msgId, role: "user", text: "hello", state: "sent" });

  it("is there at once, and once when the agent has it", () => {
    const said = addUnsent(EMPTY_VIEW, unsent);
    expect(thread(said).unsent).toEqual([unsent]);
    const heard = hearMessage(said, { type: "chat.entry", entry: recorded });
    expect(thread(heard)).toMatchObject({ unsent: [], entries: [recorded] });
  });

  it("is not doubled by a sync after a reconnect, nor by sending it again", () => {
    const heard = hearMessage(addUnsent(EMPTY_VIEW, unsent), synced({ entries: [recorded] }));
    expect(thread(addUnsent(heard, unsent))).toMatchObject({ unsent: [], entries: [recorded] });
  });

  it("says when it could not be kept", () => {
    const failed = changeUnsent(addUnsent(EMPTY_VIEW, unsent), unsent, { state: "failed", problem: "queue.full" });
    expect(thread(failed).unsent).toMatchObject([{ state: "failed", problem: "queue.full", text: "hello" }]);
  });
});

describe("approvals", () => {
  const approval: AgentMessage = {
    ...{
      type: "approval.requested" as const,
      msgId: newId("message", now),
      conversationId,
      approvalId: "a1",
      toolCallId: "t1",
    },
    ...{ toolName: "exec", title: "Run date", description: "date", expiresAt: now.getTime() + 1_000 },
  };

  it("are open until they are settled or their time is over", () => {
    const asked = hear(approval, approval);
    expect(openApprovals(asked, now.getTime())).toHaveLength(1);
    expect(openApprovals(asked, now.getTime() + 1_000)).toEqual([]);
    const settled = hearMessage(asked, { type: "approval.settled", approvalId: "a1", outcome: "allowed" });
    expect(openApprovals(settled, now.getTime())).toEqual([]);
  });

  it("show this device's answer, and lose it when it could not be kept", () => {
    const answered = answerApproval(hear(approval), "a1", "deny");
    expect(answered.approvals).toMatchObject([{ answer: "deny" }]);
    expect(answerApproval(answered, "a1", undefined).approvals[0]).not.toHaveProperty("answer");
  });
});

describe("the list of conversations", () => {
  const listed = (lastSeq: number) => ({ id: conversationId, title: "Invoices", lastSeq, lastAt: lastSeq });
  const other = { id: newId("conversation", now), title: "Plans", lastSeq: 5, lastAt: 5 };

  it("has the newest first, and moves one up when something is said in it", () => {
    const view = hear({ type: "chat.conversations", requestId: "c", conversations: [listed(3), other] });
    expect(view.conversations?.map(({ title }) => title)).toEqual(["Plans", "Invoices"]);
    const touched = hearMessage(view, { type: "chat.entry", entry: entry(9) });
    expect(touched.conversations?.map(({ title }) => title)).toEqual(["Invoices", "Plans"]);
  });

  it("forgets a deleted one with all that was said in it", () => {
    const view = hear(
      { type: "chat.conversations", requestId: "c", conversations: [listed(3), other] },
      { type: "chat.entry", entry: entry(9) },
      { type: "chat.deleted", conversationId },
    );
    expect(view).toMatchObject({ conversations: [other], threads: {} });
  });
});
