import type { Entry, ModelView } from "#shared/channel/app-model.ts";
import type { AgentMessage, DeviceMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import type { ChatLog } from "./log/chat-log.ts";
import type { Running } from "./run.ts";

type Ask = Extract<DeviceMessage, { requestId: string }>;

export interface AnswersInput {
  readonly log: ChatLog;
  readonly runningIn: (conversationId: Entry["conversationId"]) => Running | undefined;
  readonly model: () => ModelView;
}

const PAGE_CHARS_MAX = 4 * 1024 * 1024; // well below what the channel puts together
const PAGE_ENTRIES_MAX = 500;
const CONVERSATIONS_MAX = 10_000;

/** What a device asks, answered from memory. */
export function answerAsk(ask: Ask, { log, runningIn, model }: AnswersInput): Fleeting<AgentMessage> {
  const { requestId } = ask;
  if (ask.type === "ping") return { type: "pong", requestId };
  if (ask.type === "model.get") return { type: "model.current", requestId, model: model() };
  if (ask.type === "chat.list") {
    const conversations = log.listConversations().sort((a, b) => b.lastSeq - a.lastSeq);
    return { type: "chat.conversations", requestId, conversations: conversations.slice(0, CONVERSATIONS_MAX) };
  }
  const { conversationId } = ask;
  const entries = log.entriesOf(conversationId);
  if (ask.type === "chat.history") {
    const before = ask.before ?? Number.POSITIVE_INFINITY;
    const earlier = entries.filter(({ seq }) => seq < before).toReversed();
    const page = fit(earlier, ask.limit);
    const told = { entries: page.toReversed(), hasMore: page.length < earlier.length };
    return { type: "chat.page", requestId, conversationId, ...told };
  }
  const later = entries.filter(({ seq }) => seq > ask.afterEntrySeq);
  const page = fit(later, PAGE_ENTRIES_MAX);
  const told = { entries: page, hasMore: page.length < later.length };
  const run = runningIn(conversationId)?.tell();
  return { type: "chat.synced", requestId, conversationId, ...told, ...(run ? { running: run } : {}) };
}

/** As many as may travel in one message; at least one. */
function fit(entries: readonly Entry[], limit: number): Entry[] {
  const page: Entry[] = [];
  let chars = 0;
  for (const entry of entries.slice(0, limit)) {
    chars += entry.text.length + JSON.stringify(entry.tools).length;
    if (page.length > 0 && chars > PAGE_CHARS_MAX) break;
    page.push(entry);
  }
  return page;
}
