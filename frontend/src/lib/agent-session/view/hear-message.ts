import type { Conversation } from "#shared/channel/app-model.ts";
import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { hearDelta, hearEnd, hearEntry, hearPage, hearSynced, hearTool } from "./hear-thread.ts";
import { type AgentView, type Approval, withThread } from "./view.ts";

/** What a message of the agent makes of the view. Hearing one twice, or late, changes nothing. */
export function hearMessage(view: AgentView, message: AgentMessage): AgentView {
  switch (message.type) {
    case "chat.conversations":
      return { ...view, conversations: newestFirst(message.conversations) };
    case "chat.renamed":
      return hearConversation(view, message.conversation);
    case "chat.deleted":
      return forgetConversation(view, message.conversationId);
    case "chat.entry":
      return touch(
        withThread(view, message.entry.conversationId, (thread) => hearEntry(thread, message.entry)),
        message.entry,
      );
    case "chat.end":
      return touch(
        withThread(view, message.conversationId, (thread) => hearEnd(thread, message)),
        message.entry,
      );
    case "chat.delta":
      return withThread(view, message.conversationId, (thread) => hearDelta(thread, message));
    case "chat.tool":
      return withThread(view, message.conversationId, (thread) => hearTool(thread, message));
    case "chat.page":
      return withThread(view, message.conversationId, (thread) => hearPage(thread, message));
    case "chat.synced":
      return withThread(view, message.conversationId, (thread) => hearSynced(thread, message));
    default:
      return hearOther(view, message);
  }
}

function hearOther(view: AgentView, message: AgentMessage): AgentView {
  switch (message.type) {
    case "approval.requested": {
      const { type: _, ...approval } = message;
      return { ...view, approvals: [...without(view.approvals, approval.approvalId), approval] };
    }
    case "approval.settled":
      return { ...view, approvals: without(view.approvals, message.approvalId) };
    case "agent.status": {
      const { type: _, model = view.model, ...status } = message;
      return { ...view, status, model };
    }
    case "model.current":
      return { ...view, model: message.model };
    case "vault.held": {
      const { type: _, ...held } = message;
      return { ...view, held };
    }
    case "lending.asked":
      return { ...view, asked: message.asked };
    default:
      return view; // answers to a ping, and what is the link's own business
  }
}

const without = (approvals: readonly Approval[], id: string): readonly Approval[] =>
  approvals.filter(({ approvalId }) => approvalId !== id);

const newestFirst = (conversations: readonly Conversation[]): readonly Conversation[] =>
  conversations.toSorted((a, b) => b.lastAt - a.lastAt || b.lastSeq - a.lastSeq);

function hearConversation(view: AgentView, conversation: Conversation): AgentView {
  const others = (view.conversations ?? []).filter(({ id }) => id !== conversation.id);
  return { ...view, conversations: newestFirst([conversation, ...others]) };
}

function forgetConversation(view: AgentView, id: Conversation["id"]): AgentView {
  const { [id]: _, ...threads } = view.threads;
  const left = view.conversations?.filter((conversation) => conversation.id !== id);
  const approvals = view.approvals.filter(({ conversationId }) => conversationId !== id);
  return { ...view, threads, conversations: left, approvals };
}

const TITLE_CHARS = 60;
export const firstLine = (text: string): string => text.trim().split("\n", 1)[0]?.slice(0, TITLE_CHARS) ?? "";

/** A conversation moves up when something is said in it; the first words name it until the agent does. */
function touch(view: AgentView, entry: { conversationId: Conversation["id"]; seq: number; at: number; text: string }) {
  const known = view.conversations?.find(({ id }) => id === entry.conversationId);
  if (!view.conversations || (known && known.lastSeq >= entry.seq)) return view;
  const title = known?.title ?? firstLine(entry.text);
  return hearConversation(view, { id: entry.conversationId, title, lastSeq: entry.seq, lastAt: entry.at });
}
