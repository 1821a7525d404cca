import * as z from "zod";
import { type Conversation, Entry } from "#shared/channel/app-model.ts";
import { type Id, idOf } from "#shared/ids.ts";

type ConversationId = Id<"conversation">;

export const SavedThread = z.object({
  id: idOf("conversation"),
  title: z.string().optional(),
  entries: z.array(Entry),
});
type SavedThread = z.infer<typeof SavedThread>;

interface Thread {
  title: string | undefined;
  entries: Entry[];
}

/** What was said, by conversation, in order. */
export interface Threads {
  /** Nothing, if it is there already. */
  add(entry: Entry): void;
  /** Undefined when its conversation was deleted. */
  setState(id: Id<"message">, state: Entry["state"]): Entry | undefined;
  rename(id: ConversationId, title: string): void;
  remove(id: ConversationId): void;
  entriesOf(id: ConversationId): readonly Entry[];
  listEntries(): Entry[];
  listConversations(): Conversation[];
  findConversation(id: ConversationId): Conversation | undefined;
  write(): SavedThread[];
}

const TITLE_CHARS = 60;

export function makeThreads(saved: readonly SavedThread[]): Threads {
  const threads = new Map<ConversationId, Thread>();
  const places = new Map<Id<"message">, ConversationId>();
  const threadOf = (id: ConversationId): Thread => {
    const thread = threads.get(id) ?? { title: undefined, entries: [] };
    threads.set(id, thread);
    return thread;
  };
  const add = (entry: Entry) => {
    if (places.has(entry.id)) return;
    places.set(entry.id, entry.conversationId);
    threadOf(entry.conversationId).entries.push(entry);
  };
  for (const { id, title, entries } of saved) {
    threadOf(id).title = title;
    for (const entry of entries) add(entry);
  }

  return {
    add,
    setState(id, state) {
      const place = places.get(id);
      const entries = place === undefined ? [] : threadOf(place).entries;
      const at = entries.findIndex((entry) => entry.id === id);
      const known = entries[at];
      if (!known) return undefined;
      const next = { ...known, state };
      entries[at] = next;
      return next;
    },
    rename(id, title) {
      threadOf(id).title = title;
    },
    remove(id) {
      for (const entry of threads.get(id)?.entries ?? []) places.delete(entry.id);
      threads.delete(id);
    },
    entriesOf: (id) => threads.get(id)?.entries ?? [],
    listEntries: () => [...threads.values()].flatMap(({ entries }) => entries).sort((a, b) => a.seq - b.seq),
    listConversations: () => [...threads].flatMap(([id, thread]) => conversationOf(id, thread) ?? []),
    findConversation: (id) => conversationOf(id, threads.get(id)),
    write: () =>
      Array.from(threads, ([id, { title, entries }]) => ({ id, entries, ...(title === undefined ? {} : { title }) })),
  };
}

/** The first words name a conversation until the person does. */
function conversationOf(id: ConversationId, thread: Thread | undefined): Conversation | undefined {
  const last = thread?.entries.at(-1);
  if (!last) return undefined;
  const firstWords = thread?.entries[0]?.text.trim().split("\n", 1)[0]?.slice(0, TITLE_CHARS) ?? "";
  return { id, title: thread?.title ?? firstWords, lastSeq: last.seq, lastAt: last.at };
}
