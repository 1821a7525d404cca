import type { DeviceMessage, Kept } from "#shared/channel/app-protocol.ts";
import { readDeviceMessage } from "#shared/channel/app-protocol.ts";
import type { InboxStore } from "#shared/channel/delivery/stores.ts";
import type { Id } from "#shared/ids.ts";
import type { Journal } from "../../state/journal.ts";
import type { ChatLog } from "./chat-log.ts";
import { type ChatRecord, writeRecord } from "./records.ts";

/** Writes what happens to the journal first, and to the log when it is kept. What was not kept has not happened. */
export interface Recorder {
  /** False when the message was recorded before, whichever way it came. */
  record(message: Kept<DeviceMessage>): Promise<boolean>;
  write(record: ChatRecord): Promise<void>;
  /** For the channel: a message is acknowledged when it is in the journal. */
  readonly inbox: InboxStore;
}

export interface RecorderInput {
  readonly log: ChatLog;
  readonly journal: Pick<Journal, "append">;
  readonly now: () => number;
  /** The message that is being answered in a conversation. */
  readonly answeringIn: (conversationId: Id<"conversation">) => Id<"message"> | undefined;
}

export function makeRecorder({ log, journal, now, answeringIn }: RecorderInput): Recorder {
  const underWay = new Map<Id<"message">, Promise<void>>();
  const write = (record: ChatRecord) => journal.append(writeRecord(record), () => log.apply(record));

  const recordOf = (message: Kept<DeviceMessage>): ChatRecord => {
    const { msgId } = message;
    if (message.type === "chat.send") {
      const { conversationId, text } = message;
      const place = { seq: log.takeSeq(), id: msgId, conversationId, at: now() };
      return { is: "said", entry: { ...place, role: "user", text, tools: [], state: "queued" } };
    }
    if (message.type === "chat.abort") return { is: "stopped", msgId, to: answeringIn(message.conversationId) ?? null };
    if (message.type !== "chat.rename" && message.type !== "chat.delete") return { is: "noted", msgId };
    const { conversationId } = message;
    if (!log.findConversation(conversationId)) return { is: "noted", msgId };
    if (message.type === "chat.delete") return { is: "deleted", msgId, conversationId };
    return { is: "renamed", msgId, conversationId, title: message.title };
  };
  const keepOnce = async (id: Id<"message">, makeRecord: () => ChatRecord): Promise<boolean> => {
    const other = underWay.get(id);
    if (other) await other; // it is acknowledged twice, or not at all
    if (log.ids.has(id)) return false;
    const writing = write(makeRecord());
    underWay.set(id, writing);
    await writing.finally(() => underWay.delete(id));
    return true;
  };

  return {
    record: (message) => keepOnce(message.msgId, () => recordOf(message)),
    write,
    inbox: {
      record(id, payload) {
        const message = readDeviceMessage(payload);
        const isKept = message !== undefined && "msgId" in message && message.msgId === id;
        return keepOnce(id, () => (isKept ? recordOf(message) : { is: "noted", msgId: id }));
      },
      has: async (id) => log.ids.has(id),
      listRecent: async (limit) => log.ids.listRecent(limit),
    },
  };
}
