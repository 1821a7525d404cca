import * as z from "zod";
import { Conversation, Entry } from "#shared/channel/app-model.ts";
import { AgentMessage } from "#shared/channel/app-protocol.ts";
import type { Undelivered } from "#shared/channel/delivery/stores.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { type Id, timeOf } from "#shared/ids.ts";
import { QUEUED_MS_MAX } from "#shared/quotas.ts";
import type { Notes } from "../notes.ts";
import { hearMessage } from "./hear-message.ts";
import { addUnsent } from "./say.ts";
import type { Store } from "./store.ts";
import { type AgentView, Lost, type Thread, threadOf, Unsent, withThread } from "./view.ts";

const ENTRIES_KEPT = 100;
const PAUSE_MS = 400;

const Overview = z.object({
  conversations: z.array(Conversation).optional(),
  approvals: z.array(AgentMessage),
  unsent: z.array(Unsent),
  lost: z.array(Lost).default([]),
  /** Which keys the device had. */
  rootGeneration: z.int().optional(),
});
const Kept = z.object({ entries: z.array(Entry), hasEarlier: z.boolean() });

export interface KeepInput {
  readonly agentId: Agent["id"];
  readonly notes: Notes;
  readonly view: Store<AgentView>;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
}

/** Keeps the last of each conversation on this device, so that it is there while the agent sleeps and before it answers. */
export function keepView({ agentId, notes, view, now, startTimer }: KeepInput) {
  const written = new Map<string, unknown>(); // what was written last, by name
  let stopTimer: (() => void) | undefined;
  const overviewName = `${agentId}/overview`;
  const nameOf = (id: string) => `${agentId}/${id}`;

  const write = async (name: string, part: unknown, make: () => unknown) => {
    if (written.get(name) === part) return;
    written.set(name, part);
    await notes.write(name, make()).catch(() => written.delete(name)); // no room on this device: the agent has it all
  };
  const save = () => {
    const { conversations, approvals, threads, lost } = view.get();
    for (const [id, thread] of Object.entries(threads))
      if (thread.isLoaded) void write(nameOf(id), thread.entries, () => lastOf(thread));
    const unsent = Object.values(threads).flatMap((thread) => thread.unsent);
    const asked = approvals.map((approval) => ({ type: "approval.requested", ...approval }));
    const { rootGeneration } = notes;
    const overview = JSON.stringify({ conversations, unsent, lost, rootGeneration, approvals: asked });
    void write(overviewName, overview, () => JSON.parse(overview));
  };
  const unsubscribe = view.subscribe(() => {
    stopTimer ??= startTimer(PAUSE_MS, () => {
      stopTimer = undefined;
      save();
    });
  });

  return {
    async readOverview() {
      const note = await notes.read(overviewName);
      restoreOverview(view, note, { rootGeneration: notes.rootGeneration, nowMs: now() });
    },
    async readThread(id: Id<"conversation">) {
      const kept = Kept.safeParse(await notes.read(nameOf(id))).data;
      if (kept && !threadOf(view.get(), id).isLoaded)
        view.change((now) => withThread(now, id, (thread) => restoreThread(thread, kept)));
    },
    forgetThread: (id: Id<"conversation">) => notes.remove(nameOf(id)),
    close() {
      stopTimer?.();
      unsubscribe();
      save();
    },
  };
}

const lastOf = ({ entries, hasEarlier }: Thread) => ({
  entries: entries.slice(-ENTRIES_KEPT),
  hasEarlier: hasEarlier || entries.length > ENTRIES_KEPT,
});

function restoreThread(thread: Thread, { entries, hasEarlier }: z.infer<typeof Kept>): Thread {
  const newer = new Set<string>(thread.entries.map(({ id }) => id));
  const all = [...entries.filter(({ id }) => !newer.has(id)), ...thread.entries].toSorted((a, b) => a.seq - b.seq);
  const ids = new Set<string>(all.map(({ id }) => id));
  const unsent = thread.unsent.filter(({ msgId }) => !ids.has(msgId));
  return { ...thread, entries: all, unsent, hasEarlier, isLoaded: true };
}

interface Moment {
  readonly rootGeneration: number;
  readonly nowMs: number;
}

function restoreOverview(view: Store<AgentView>, note: unknown, { rootGeneration, nowMs }: Moment): void {
  const kept = Overview.safeParse(note).data;
  if (!kept) return;
  view.change((now) => {
    const { conversations = kept.conversations } = now;
    const { lost } = kept;
    const asked = kept.approvals.reduce(hearMessage, { ...now, conversations, lost });
    const isOfEarlier = kept.rootGeneration !== undefined && kept.rootGeneration !== rootGeneration;
    const lateIf = (unsent: Unsent): Undelivered | undefined => {
      if (isOfEarlier) return "unreadable"; // wherever it waited, it was sealed by the keys of before
      return nowMs - timeOf(unsent.msgId).getTime() > QUEUED_MS_MAX ? "too_old" : undefined;
    };
    const left = kept.unsent.map(interrupted).map((unsent) => keptBack(unsent, lateIf(unsent)));
    return left.reduce(addUnsent, asked);
  });
}

/** It will not arrive, and nobody else says so. If the agent took it all the same, it says that. */
const keptBack = (unsent: Unsent, problem: Undelivered | undefined): Unsent =>
  problem && unsent.state === "kept" ? { ...unsent, state: "failed", problem } : unsent;

/** Closed before it was kept: sending it again is safe, because its id stays. */
const interrupted = (unsent: Unsent): Unsent =>
  unsent.state === "sending" ? { ...unsent, state: "failed", problem: "interrupted" } : unsent;
