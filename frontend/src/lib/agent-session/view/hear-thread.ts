import type { Entry, ToolCall } from "#shared/channel/app-model.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import type { Run, Thread } from "./view.ts";

type Of<T extends AgentMessage["type"]> = Extract<AgentMessage, { type: T }>;

/** An entry is known by its id, so one that is heard twice is there once; with it, what was said here is no longer unsent. */
export const hearEntry = (thread: Thread, entry: Entry): Thread => addEntries(thread, [entry]);

function addEntries(thread: Thread, heard: readonly Entry[]): Thread {
  if (heard.length === 0) return thread;
  const ids = new Set<string>(heard.map(({ id }) => id));
  const entries = [...thread.entries.filter(({ id }) => !ids.has(id)), ...heard].toSorted((a, b) => a.seq - b.seq);
  return { ...thread, entries, unsent: thread.unsent.filter(({ msgId }) => !ids.has(msgId)) };
}

export function hearEnd(thread: Thread, { runId, entry }: Of<"chat.end">): Thread {
  const run = thread.run?.runId === runId ? undefined : thread.run;
  return { ...addEntries(thread, [entry]), run, hasGap: run ? thread.hasGap : false, endedRun: runId };
}

/** `offset` says where in the run the piece belongs. What comes again is laid over itself; what does not join on is a gap. */
export function hearDelta(thread: Thread, { runId, offset, text }: Of<"chat.delta">): Thread {
  if (thread.endedRun === runId) return thread; // overtaken by its own end
  const run = runOf(thread, runId);
  if (offset > run.text.length) return { ...thread, hasGap: true };
  if (run.text.startsWith(text, offset) && thread.run === run) return thread;
  return { ...thread, run: { ...run, text: run.text.slice(0, offset) + text } };
}

export function hearTool(thread: Thread, { runId, ...news }: Of<"chat.tool">): Thread {
  const { toolCallId, name, state, args, result } = news;
  if (thread.endedRun === runId) return thread;
  const run = runOf(thread, runId);
  const known = run.tools.find((tool) => tool.toolCallId === toolCallId);
  const tool: ToolCall = {
    ...{ toolCallId, name, state },
    ...given("args", args ?? known?.args),
    ...given("result", result ?? known?.result),
  };
  const tools = known ? run.tools.map((one) => (one === known ? tool : one)) : [...run.tools, tool];
  return { ...thread, run: { ...run, tools } };
}

const given = <K extends string>(key: K, value: unknown) => (value === undefined ? {} : { [key]: value });

const runOf = ({ run }: Thread, runId: string): Run => (run?.runId === runId ? run : { runId, text: "", tools: [] });

/** A page of what was said earlier. */
export const hearPage = (thread: Thread, { entries, hasMore }: Of<"chat.page">): Thread => ({
  ...addEntries(thread, entries),
  isLoaded: true,
  hasEarlier: hasMore,
});

/** What was said since, and what a run under way has written so far; no run means that none is under way. */
export function hearSynced(thread: Thread, { entries, hasMore, running }: Of<"chat.synced">): Thread {
  const told = running?.runId === thread.endedRun ? undefined : running;
  const run = hasMore ? (told ?? thread.run) : longer(told, thread.run);
  return { ...addEntries(thread, entries), isLoaded: true, run, hasGap: false };
}

/** Deltas may have come in while a long answer was on its way: what they added stays. */
const longer = (told: Run | undefined, known: Run | undefined): Run | undefined =>
  told && known?.runId === told.runId && known.text.startsWith(told.text) ? { ...told, text: known.text } : told;

/** From where to ask: the last that is known, or before the first that may have changed since. */
export function syncFrom({ entries }: Thread): number {
  const waiting = entries.find(({ state }) => state === "queued");
  return waiting ? Math.max(0, waiting.seq - 1) : (entries.at(-1)?.seq ?? 0);
}
