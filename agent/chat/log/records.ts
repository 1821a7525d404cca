import * as z from "zod";
import { Entry } from "#shared/channel/app-model.ts";
import { utf8 } from "#shared/crypto/encoding/bytes.ts";
import { idOf } from "#shared/ids.ts";

/** What can happen to the conversations of an agent, as the journal keeps it. Each names the message that caused it, so twice is once. */
const caused = { msgId: idOf("message") };
const inConversation = { conversationId: idOf("conversation") };

export const ChatRecord = z.discriminatedUnion("is", [
  z.object({ is: z.literal("said"), entry: Entry }),
  z.object({ is: z.literal("answered"), to: idOf("message"), entry: Entry }),
  // the person stopped the answer to this message; none, if there was nothing to stop
  z.object({ is: z.literal("stopped"), ...caused, to: idOf("message").nullable() }),
  z.object({ is: z.literal("renamed"), ...caused, ...inConversation, title: z.string() }),
  z.object({ is: z.literal("deleted"), ...caused, ...inConversation }),
  z.object({ is: z.literal("noted"), ...caused }), // a message that changes no conversation; its id counts
]);
export type ChatRecord = z.infer<typeof ChatRecord>;

export const writeRecord = (record: ChatRecord): Uint8Array => utf8(JSON.stringify(record));
