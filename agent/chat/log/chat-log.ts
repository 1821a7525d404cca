import * as z from "zod";
import type { Entry } from "#shared/channel/app-model.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { type KnownIds, makeKnownIds } from "./known-ids.ts";
import type { ChatRecord } from "./records.ts";
import { makeThreads, SavedThread, type Threads } from "./threads.ts";

type MessageId = Id<"message">;

/** A message of the person, and what the agent answered, if it has. */
export interface Turn {
  readonly asked: Entry;
  readonly answer: Entry | undefined;
}

/** The log as it lies in a saved state. */
export const SavedLog = z.object({
  seq: z.int().nonnegative(),
  threads: z.array(SavedThread),
  answers: z.array(z.tuple([idOf("message"), idOf("message")])),
  ids: z.array(idOf("message")),
});
export type SavedLog = z.infer<typeof SavedLog>;

/** All conversations of the agent, in memory. Only records change what lasts; one that is applied twice changes nothing. */
export interface ChatLog extends Omit<Threads, "add" | "rename" | "remove" | "write"> {
  readonly ids: KnownIds;
  apply(record: ChatRecord): void;
  takeSeq(): number;
  lastSeq(): number;
  /** The person stopped the answer to this message. */
  isStopped(id: MessageId): boolean;
  listTurns(): Turn[];
  write(): SavedLog;
}

export function makeChatLog(now: () => number, saved?: SavedLog): ChatLog {
  const { add, rename, remove, write, ...threads } = makeThreads(saved?.threads ?? []);
  const answers = new Map<MessageId, MessageId>(saved?.answers); // of a message of the person, the answer
  const stopped = new Set<MessageId>();
  const ids = makeKnownIds(now, saved?.ids);
  let seq = saved?.seq ?? 0;

  const keep = (entry: Entry) => {
    add(entry);
    seq = Math.max(seq, entry.seq);
  };
  const answer = (to: MessageId, entry: Entry) => {
    if (answers.has(to) || !threads.setState(to, "sent")) return; // its conversation may have been deleted meanwhile
    answers.set(to, entry.id);
    keep(entry);
  };
  const forget = (id: Id<"conversation">) => {
    for (const entry of threads.entriesOf(id)) answers.delete(entry.id);
    remove(id);
  };

  return {
    ...threads,
    ids,
    apply(record) {
      if (record.is === "answered") return answer(record.to, record.entry);
      if (!ids.add(record.is === "said" ? record.entry.id : record.msgId)) return;
      if (record.is === "said") keep(record.entry);
      if (record.is === "stopped" && record.to) stopped.add(record.to);
      if (record.is === "renamed") rename(record.conversationId, record.title);
      if (record.is === "deleted") forget(record.conversationId);
    },
    takeSeq: () => ++seq,
    lastSeq: () => seq,
    isStopped: (id) => stopped.has(id),
    listTurns() {
      const entries = threads.listEntries();
      const byId = new Map(entries.map((entry) => [entry.id, entry]));
      const answerTo = (id: MessageId | undefined) => (id === undefined ? undefined : byId.get(id));
      return entries
        .filter(({ role }) => role === "user")
        .map((asked) => ({ asked, answer: answerTo(answers.get(asked.id)) }));
    },
    write: () => ({ seq, threads: write(), answers: [...answers], ids: ids.list() }),
  };
}
