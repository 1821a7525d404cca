import { ArrowDown } from "lucide-react";
import { useEffect } from "react";
import { type StickToBottomState, useStickToBottom } from "use-stick-to-bottom";
import { Button } from "../../../components/button.tsx";
import type { Approval, Thread, Unsent } from "../../../lib/agent-session/view/view.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { Answer, EntryRow, type RowActions } from "./entry-row.tsx";
import { Suggestions } from "./suggestions.tsx";
import { ThreadSkeleton } from "./thread-skeleton.tsx";
import { UnsentRow } from "./unsent-row.tsx";

export interface ThreadViewProps {
  readonly thread: Thread;
  readonly approvals: readonly Approval[];
  readonly isOpen: boolean;
  readonly isDemo: boolean | undefined;
  /** False for a conversation that the agent has and this device does not yet. */
  readonly isKnown: boolean;
  readonly actions: RowActions;
  readonly onRetry: (unsent: Unsent) => void;
  readonly onDiscard: (unsent: Unsent) => void;
  readonly onEarlier: () => void;
  readonly onAgain: () => void;
  readonly onSay: (text: string) => void;
}

/** A conversation, which stays at its end while one is there, and where one is otherwise. */
export function ThreadView(props: ThreadViewProps) {
  const { thread } = props;
  const { scrollRef, contentRef, isAtBottom, scrollToBottom, state } = useStickToBottom({
    initial: "instant",
    resize: "instant",
  });
  useEffect(() => stayAtEnd(scrollRef.current, state), [scrollRef, state]);
  const isEmpty = thread.entries.length + thread.unsent.length === 0 && !thread.run;
  return (
    <div className="relative min-h-0 flex-1">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={scrollRef} tabIndex={0} aria-label="Conversation" className="h-full overflow-y-auto">
        <div ref={contentRef} className="mx-auto flex min-h-full w-full max-w-3xl flex-col px-4">
          {isEmpty && <Empty {...props} />}
          {!isEmpty && <Lines {...props} />}
        </div>
      </section>
      {!isAtBottom && !isEmpty && (
        <button
          type="button"
          onClick={() => void scrollToBottom("instant")}
          className="absolute bottom-3 left-1/2 inline-flex min-h-9 -translate-x-1/2 cursor-pointer items-center gap-1.5 rounded-lg border border-line bg-panel px-3 font-medium"
        >
          <ArrowDown size={16} aria-hidden />
          Jump to latest
        </button>
      )}
    </div>
  );
}

/** What stands below may take room from the conversation or give it back: the last message stays in sight all the same. */
function stayAtEnd(scrolled: HTMLElement | null, state: StickToBottomState): (() => void) | undefined {
  if (!scrolled) return undefined;
  const watch = new ResizeObserver(() => {
    if (state.isAtBottom) state.scrollTop = state.calculatedTargetScrollTop;
  });
  watch.observe(scrolled);
  return () => watch.disconnect();
}

function Empty({ isKnown, isOpen, isDemo, actions, onAgain }: ThreadViewProps) {
  if (isKnown) return <Suggestions {...{ isDemo }} agentName={actions.agentName} onPick={actions.onEdit} />;
  if (isOpen) return <ThreadSkeleton agentName={actions.agentName} onAgain={onAgain} />;
  return (
    <p className="m-auto max-w-md py-8 text-center text-quiet">
      This conversation is sealed with {actions.agentName}. It shows here when the connection is back.
    </p>
  );
}

function Lines({ thread, approvals, isOpen, actions, onRetry, onDiscard, onEarlier, onSay }: ThreadViewProps) {
  const { run } = thread;
  const placed = new Set(run?.tools.map(({ toolCallId }) => toolCallId));
  const loose = approvals.filter(({ toolCallId }) => !placed.has(toolCallId));
  return (
    <div role="log" aria-label="Messages" aria-busy={run !== undefined} className="flex flex-col py-4">
      {thread.hasEarlier && (
        <div className="flex justify-center py-2">
          <Button look="plain" disabled={!isOpen} onClick={onEarlier}>
            {isOpen ? "Show earlier messages" : "Earlier messages are with the agent"}
          </Button>
        </div>
      )}
      {thread.entries.map((entry) => (
        <EntryRow key={entry.id} entry={entry} actions={actions} />
      ))}
      {!run && <AskAgain thread={thread} onSay={onSay} />}
      {run && (
        <article aria-label={actions.agentName} className="py-3">
          <Answer text={run.text} tools={run.tools} approvals={approvals} actions={actions} isPartial />
          {!isOpen && (
            <p className="mt-1 text-[13px] text-quiet">Interrupted. It goes on when the connection is back.</p>
          )}
        </article>
      )}
      {loose.map((approval) => (
        <div key={approval.approvalId} className="my-2 rounded-lg border border-warn bg-panel">
          <ApprovalCard approval={approval} onResolve={actions.onResolve} />
        </div>
      ))}
      {thread.unsent.map((unsent) => (
        <UnsentRow key={unsent.msgId} {...{ unsent, isOpen, onRetry, onDiscard }} agentName={actions.agentName} />
      ))}
    </div>
  );
}

/** After an answer that ended with an error: the same question once more. */
function AskAgain({ thread: { entries, unsent }, onSay }: Pick<ThreadViewProps, "thread" | "onSay">) {
  const asked = entries.findLast(({ role }) => role === "user");
  if (entries.at(-1)?.state !== "error" || !asked || unsent.length > 0) return null;
  return (
    <div>
      <Button look="plain" onClick={() => onSay(asked.text)}>
        Ask again
      </Button>
    </div>
  );
}
