import type { Conversation } from "#shared/channel/app-model.ts";
import type { Undelivered } from "#shared/channel/delivery/stores.ts";
import type { OpenClawWord } from "#shared/client/agents/describe-agent.ts";
import type { Id } from "#shared/ids.ts";
import { firstLine } from "./hear-message.ts";
import { type AgentView, type Approval, isAnswering, type Unsent, withThread } from "./view.ts";

/** What a person does on this device shows at once, before anyone else knows of it. */
export const addUnsent = (view: AgentView, unsent: Unsent): AgentView =>
  withThread(view, unsent.conversationId, (thread) => {
    const isKnown = thread.entries.some(({ id }) => id === unsent.msgId);
    const others = thread.unsent.filter(({ msgId }) => msgId !== unsent.msgId);
    return isKnown ? thread : { ...thread, unsent: [...others, unsent].toSorted(byAge) };
  });

const byAge = (a: Unsent, b: Unsent): number => a.at - b.at;

export const changeUnsent = (view: AgentView, { msgId, conversationId }: Unsent, change: Partial<Unsent>): AgentView =>
  withThread(view, conversationId, (thread) => ({
    ...thread,
    unsent: thread.unsent.map((one) => (one.msgId === msgId ? { ...one, ...change } : one)),
  }));

export const dropUnsent = (view: AgentView, { msgId, conversationId }: Unsent): AgentView =>
  withThread(view, conversationId, (thread) => ({
    ...thread,
    unsent: thread.unsent.filter((one) => one.msgId !== msgId),
  }));

/** It will not arrive by itself. What this device does not know of is counted: another one said it, or it lay here under earlier keys. */
export function failUndelivered(view: AgentView, id: Id<"message">, why: Undelivered): AgentView {
  const threads = Object.values(view.threads);
  const late = threads.flatMap(({ unsent }) => unsent).find(({ msgId }) => msgId === id);
  if (late) return changeUnsent(view, late, { state: "failed", problem: why });
  const isKnown = threads.some(({ entries }) => entries.some((entry) => entry.id === id));
  if (isKnown || view.lost.some(({ msgId }) => msgId === id)) return view;
  return { ...view, lost: [...view.lost, { msgId: id, isSeen: false }].slice(-LOST_MAX) };
}

const LOST_MAX = 1_000;

export const seeLost = (view: AgentView): AgentView => ({
  ...view,
  lost: view.lost.map((one) => ({ ...one, isSeen: true })),
});

export const answerApproval = (view: AgentView, id: string, answer: Approval["answer"]): AgentView => ({
  ...view,
  approvals: view.approvals.map((one) => {
    if (one.approvalId !== id) return one;
    const { answer: _, ...asked } = one;
    return answer ? { ...asked, answer } : asked;
  }),
});

/** An approval is open until it is settled or its time is over: the agent denies by itself then. */
export const openApprovals = (
  { approvals }: AgentView,
  now: number,
  conversationId?: Id<"conversation">,
): readonly Approval[] =>
  approvals.filter((one) => one.expiresAt > now && (!conversationId || one.conversationId === conversationId));

/** The agent's list, and above it what was begun on this device and is not with the agent yet. */
export function listConversations({ conversations, threads }: AgentView): readonly Conversation[] | undefined {
  const known = new Set<string>(conversations?.map(({ id }) => id));
  const begun = Object.values(threads)
    .flatMap(({ unsent }) => unsent.slice(0, 1))
    .filter(({ conversationId }) => !known.has(conversationId))
    .map(({ conversationId: id, text, at }) => ({ id, title: firstLine(text), lastSeq: 0, lastAt: at }));
  if (begun.length === 0) return conversations;
  return [...begun.toSorted((a, b) => b.lastAt - a.lastAt), ...(conversations ?? [])];
}

/** Heard over an open channel only: what was said before it closed may be true no longer. */
export const wordOf = ({ link, status }: Pick<AgentView, "link" | "status">): OpenClawWord | undefined =>
  link.is === "open" ? status?.openclaw : undefined;

/** An answer is on its way, as far as this device hears. */
export const isReplying = ({ link, threads }: Pick<AgentView, "link" | "threads">): boolean =>
  link.is === "open" && Object.values(threads).some(isAnswering);
