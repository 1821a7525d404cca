import { beforeEach, describe, expect, it } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import type { Entry } from "#shared/channel/app-model.ts";
import type { DeviceMessage } from "#shared/channel/app-protocol.ts";
import { ChannelError } from "#shared/channel/close.ts";
import { makeKeyring } from "#shared/client/keyring.ts";
import type { AgentLink, LinkState } from "#shared/client/link/link.ts";
import { newId } from "#shared/ids.ts";
import { until } from "#test/support/until.ts";
import { type Notes, type Shelf, sealedNotes } from "../../../frontend/src/lib/agent-session/notes.ts";
import { type LinkEvents, openAgentSession } from "../../../frontend/src/lib/agent-session/session.ts";
import { threadOf } from "../../../frontend/src/lib/agent-session/view/view.ts";

const now = new Date("2026-11-23T12:00:00Z");
const agentId = newId("agent", now);
const conversationId = newId("conversation", now);

const entry = (seq: number, more: Partial<Entry> = {}): Entry => ({
  ...{ seq, id: newId("message", now), conversationId, role: "assistant", text: `text ${seq}`, tools: [] },
  ...{ state: "final", at: now.getTime() + seq },
  ...more,
});

function memoryShelf(): Shelf & { readonly all: Map<string, Uint8Array> } {
  const all = new Map<string, Uint8Array>();
  return {
    all,
    get: async (name) => all.get(name),
    put: async (name, bytes) => void all.set(name, bytes),
    remove: async (name) => void all.delete(name),
  };
}

/** The other end, as the link shows it. */
class Link implements AgentLink {
  events: LinkEvents | undefined;
  now: LinkState = { is: "connecting" };
  isOpen = false;
  refusal: Error | undefined;
  readonly told: DeviceMessage[] = [];
  readonly sent: DeviceMessage[] = [];

  open(): void {
    this.isOpen = true;
    this.now = { is: "open" };
    this.events?.onState(this.now);
    this.events?.onSession();
  }
  cut(): void {
    this.isOpen = false;
    this.now = { is: "connecting" };
    this.events?.onState(this.now);
  }
  last<T extends DeviceMessage["type"]>(type: T): Extract<DeviceMessage, { type: T }> {
    return this.told.findLast((message) => message.type === type) as Extract<DeviceMessage, { type: T }>; // by its type
  }
  send: AgentLink["send"] = async (message) => {
    if (this.refusal) throw this.refusal;
    this.sent.push(message);
  };
  tell: AgentLink["tell"] = (message) => {
    if (this.isOpen) this.told.push(message);
    return this.isOpen;
  };
  state = () => this.now;
  refresh = () => undefined;
  close = () => undefined;
}

const startTimer = (_ms: number, fire: () => void) => {
  const timer = setTimeout(fire, 0);
  return () => clearTimeout(timer);
};

describe("a device's dealings with an agent", () => {
  let link: Link;
  let shelf: ReturnType<typeof memoryShelf>;
  let notes: Notes;

  beforeEach(async () => {
    const place = { tid: newId("tenant", now), uid: newId("user", now) };
    const { account } = await makeKeyring(place, "a passphrase of seven or more words", { deriveArgon2id, now });
    link = new Link();
    shelf = memoryShelf();
    notes = sealedNotes(account, shelf);
  });

  const open = () =>
    openAgentSession({
      ...{ agentId, notes, startTimer, now: () => now.getTime() },
      openLink: (events) => {
        link.events = events;
        return link;
      },
    });
  type Session = ReturnType<typeof open>;
  const thread = (session: Session) => threadOf(session.view.get(), conversationId);
  const texts = (session: Session) => [...thread(session).entries, ...thread(session).unsent].map(({ text }) => text);
  const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

  /** Answers the newest page, then the sync that follows it. */
  const answer = (entries: Entry[], running?: { runId: string; text: string; tools: [] }) => {
    const { requestId } = link.last("chat.history");
    link.events?.onMessage({ type: "chat.page", requestId, conversationId, entries, hasMore: false });
    const sync = link.last("chat.sync");
    const more = running ? { running } : {};
    link.events?.onMessage({
      ...{ type: "chat.synced", requestId: sync.requestId, conversationId, entries: [], hasMore: false },
      ...more,
    });
  };

  it("forgets what the agent said of itself when it is heard no more: the next task boots anew", () => {
    const session = open();
    link.open();
    link.events?.onMessage({ type: "agent.status", openclaw: "ready" });
    expect(session.view.get().status).toEqual({ openclaw: "ready" });
    link.cut();
    link.open();
    expect(session.view.get()).toMatchObject({ link: { is: "open" }, wasOpen: true, status: undefined });
  });

  it("reads the newest page of what is shown, then what is under way", async () => {
    const session = open();
    session.show(conversationId);
    link.open();
    answer([entry(1), entry(2)], { runId: "r1", text: "so far", tools: [] });
    expect(link.last("chat.sync").afterEntrySeq).toBe(2);
    expect(thread(session)).toMatchObject({ isLoaded: true, run: { text: "so far" } });
  });

  it("asks for what was missed in each session, from the last that it has", async () => {
    const session = open();
    session.show(conversationId);
    link.open();
    answer([entry(1), entry(7)]);
    link.cut();
    link.told.length = 0;
    link.open();
    expect(link.last("chat.sync").afterEntrySeq).toBe(7);
    expect(link.told.filter(({ type }) => type === "chat.history")).toEqual([]);
  });

  it("asks for the whole of an answer when a piece of it was lost", async () => {
    const session = open();
    session.show(conversationId);
    link.open();
    answer([]);
    const before = link.told.length;
    link.events?.onMessage({ type: "chat.delta", conversationId, runId: "r1", offset: 40, text: "late" });
    link.events?.onMessage({ type: "chat.delta", conversationId, runId: "r1", offset: 44, text: "later" });
    expect(link.told.slice(before).map(({ type }) => type)).toEqual(["chat.sync"]);
  });

  it("shows what was said at once, and once when it comes back", async () => {
    const session = open();
    session.say(conversationId, "hello");
    expect(thread(session).unsent).toMatchObject([{ text: "hello", state: "sending" }]);
    await settle();
    expect(thread(session).unsent).toMatchObject([{ state: "kept" }]);
    const [sent] = link.sent;
    if (sent?.type !== "chat.send") throw new Error("nothing was sent");
    link.events?.onMessage({ type: "chat.entry", entry: entry(1, { id: sent.msgId, role: "user", text: "hello" }) });
    expect(texts(session)).toEqual(["hello"]);
    expect(thread(session).unsent).toEqual([]);
  });

  it("sends a failed message again under the same id, so that it arrives once", async () => {
    const session = open();
    link.refusal = new ChannelError("unreachable");
    session.say(conversationId, "hello");
    await settle();
    const [failed] = thread(session).unsent;
    expect(failed).toMatchObject({ state: "failed", problem: "unreachable" });
    link.refusal = undefined;
    if (failed) session.sayAgain(failed);
    await settle();
    expect(link.sent).toMatchObject([{ msgId: failed?.msgId, text: "hello" }]);
  });

  it("sends one that grew too old under a new id", async () => {
    const session = open();
    session.say(conversationId, "hello");
    await settle();
    const [old] = thread(session).unsent;
    if (!old) throw new Error("nothing was said");
    link.events?.onUndelivered(old.msgId, "too_old");
    await settle();
    const [failed] = thread(session).unsent;
    expect(failed).toMatchObject({ problem: "too_old" });
    if (failed) session.sayAgain(failed);
    await settle();
    expect(thread(session).unsent).toHaveLength(1);
    expect(thread(session).unsent[0]?.msgId).not.toBe(old.msgId);
  });

  it("shows what a change of keys kept back as not sent, though it is told before this device's notes are read", async () => {
    const first = open();
    first.say(conversationId, "hello");
    await settle();
    const [waiting] = thread(first).unsent;
    if (!waiting) throw new Error("nothing was said");
    first.close();
    await settle();
    const second = open();
    link.events?.onUndelivered(waiting.msgId, "unreadable");
    await until(() => expect(thread(second).unsent).toMatchObject([{ state: "failed", problem: "unreadable" }]));
    link.sent.length = 0;
    const [failed] = thread(second).unsent;
    if (failed) second.sayAgain(failed);
    await settle();
    expect(link.sent).toMatchObject([{ text: "hello" }]);
    expect(link.sent).not.toMatchObject([{ msgId: waiting.msgId }]); // the platform's queue takes an id once
    expect(thread(second).unsent).toHaveLength(1);
  });

  it("counts what no page here has any more until that was read, also after a reload", async () => {
    const first = open();
    const gone = newId("message", now);
    link.events?.onUndelivered(gone, "unreadable");
    link.events?.onUndelivered(gone, "unreadable"); // told in each session
    await until(() => expect(first.view.get().lost).toEqual([{ msgId: gone, isSeen: false }]));
    await settle();
    first.seeLost();
    await settle();
    first.close();
    const second = open();
    link.events?.onUndelivered(gone, "unreadable");
    await settle();
    expect(second.view.get().lost).toEqual([{ msgId: gone, isSeen: true }]);
  });

  it("does not count what the agent has", async () => {
    const session = open();
    session.show(conversationId);
    link.open();
    const heard = entry(1, { role: "user" });
    answer([heard]);
    link.events?.onUndelivered(heard.id, "unreadable");
    await settle();
    expect(session.view.get().lost).toEqual([]);
  });

  it("has what was said lately, and what waits, on the next visit, and on the disk nothing in clear", async () => {
    const first = open();
    first.show(conversationId);
    link.open();
    answer([entry(1, { text: "the recipe for ink" })]);
    first.say(conversationId, "and the paper");
    await settle();
    first.close();
    await settle();
    const disk = Array.from(shelf.all.values(), (bytes) => Buffer.from(bytes).toString("latin1")).join();
    expect(disk.length).toBeGreaterThan(100);
    expect(disk).not.toMatch(/recipe|paper/);

    link = new Link();
    const second = open();
    second.show(conversationId);
    await until(() => expect(texts(second)).toEqual(["the recipe for ink", "and the paper"]));
    link.open();
    expect(link.last("chat.sync").afterEntrySeq).toBe(1);
  });

  it("takes a conversation the agent does not know as empty", async () => {
    const session = open();
    session.show(conversationId);
    link.open();
    const { requestId } = link.last("chat.history");
    link.events?.onMessage({ type: "request.failed", requestId, code: "not_found" });
    expect(thread(session)).toMatchObject({ isLoaded: true, entries: [] });
  });

  it("asks again when the agent was busy", async () => {
    const session = open();
    session.show(conversationId);
    link.open();
    const { requestId } = link.last("chat.history");
    link.events?.onMessage({ type: "request.failed", requestId, code: "busy" });
    await settle();
    expect(link.last("chat.history").requestId).not.toBe(requestId);
  });

  it("forgets a deleted conversation on this device too", async () => {
    const session = open();
    session.show(conversationId);
    link.open();
    answer([entry(1)]);
    await settle();
    expect([...shelf.all.keys()]).toContain(`${agentId}/${conversationId}`);
    await session.remove(conversationId);
    await settle();
    expect(link.sent).toMatchObject([{ type: "chat.delete", conversationId }]);
    expect([...shelf.all.keys()]).not.toContain(`${agentId}/${conversationId}`);
  });
});
