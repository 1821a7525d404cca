import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import type { Id } from "#shared/ids.ts";
import { useNow } from "../../components/agent/use-now.ts";
import { AskedByOthers } from "../../components/lending/asked-by-others.tsx";
import { Problem } from "../../components/problem.tsx";
import type { Notes } from "../../lib/agent-session/notes.ts";
import type { AgentSession } from "../../lib/agent-session/session.ts";
import { openApprovals } from "../../lib/agent-session/view/say.ts";
import { isAnswering, threadOf } from "../../lib/agent-session/view/view.ts";
import { Composer } from "./composer/composer.tsx";
import { useDraft } from "./composer/use-draft.ts";
import { describeStatus } from "./status/describe-status.ts";
import { LostWords } from "./status/lost-words.tsx";
import { StatusLine } from "./status/status-line.tsx";
import type { RowActions } from "./thread/entry-row.tsx";
import { ThreadView } from "./thread/thread-view.tsx";

export interface ChatViewProps {
  readonly agent: Agent | undefined;
  readonly isLocal: boolean;
  readonly session: AgentSession;
  readonly notes: Notes;
  readonly conversationId: Id<"conversation">;
  /** Undefined until its sealed choice was read. */
  readonly isDemo: boolean | undefined;
  readonly onWake: () => void;
  readonly isWaking: boolean;
  readonly wakeError: Error | null;
  readonly onLookAgain: () => void;
  readonly onAccept: () => Promise<void>;
  readonly onTyped: () => void;
  readonly onFirst: () => void;
}

const APPROVAL_TICK_MS = 5_000;

/** One conversation: what was said, how the agent is, and where one writes. */
export function ChatView({
  agent,
  isLocal,
  session,
  notes,
  conversationId,
  isDemo,
  onWake,
  isWaking,
  wakeError,
  onLookAgain,
  onAccept,
  onTyped,
  onFirst,
}: ChatViewProps) {
  const view = useSyncExternalStore(session.view.subscribe, session.view.get);
  const [text, setText] = useDraft(notes, conversationId);
  const now = useNow(APPROVAL_TICK_MS);
  const thread = threadOf(view, conversationId);
  const agentName = agent?.name ?? "your agent";
  const isOpen = view.link.is === "open";
  const isRunning = thread.run !== undefined || (isOpen && isAnswering(thread));

  useEffect(() => session.show(conversationId), [session, conversationId]);
  const stop = useCallback(() => session.abort(conversationId), [session, conversationId]);
  useEscape(isRunning ? stop : undefined);
  const composer = useRef<HTMLTextAreaElement>(null);
  const actions = useMemo<RowActions>(() => {
    const onEdit = (said: string) => {
      setText(said);
      composer.current?.focus();
    };
    return { agentName, onResolve: session.resolve, onEdit };
  }, [agentName, session, setText]);
  const send = () => {
    const said = text.trim();
    setText("");
    if (said === "/stop") return stop();
    session.say(conversationId, said);
    onFirst();
  };

  return (
    <div className="flex min-h-0 min-w-0 flex-1 flex-col">
      <ThreadView
        key={conversationId}
        {...{ thread, isOpen, isDemo, actions }}
        approvals={openApprovals(view, now, conversationId)}
        isKnown={thread.isLoaded || !view.conversations?.some(({ id }) => id === conversationId)}
        onRetry={session.sayAgain}
        onDiscard={session.unsay}
        onSay={(said) => session.say(conversationId, said)}
        onAgain={onLookAgain}
        onEarlier={() => session.loadEarlier(conversationId)}
      />
      <div className="mx-auto w-full max-w-3xl px-4 pt-1 pb-4">
        <AskedByOthers session={session} />
        <LostWords lost={view.lost} agentName={agentName} onSeen={session.seeLost} />
        {wakeError && <Problem error={wakeError} />}
        <StatusLine
          status={describeStatus({ view, agent, thread, isLocal })}
          {...{ onWake, isWaking, onLookAgain, onAccept }}
        />
        <Composer
          {...{ text, agentName }}
          field={composer}
          onText={(next) => {
            onTyped();
            setText(next);
          }}
          onSend={send}
          onStop={isRunning ? stop : undefined}
          refusal={view.link.is === "blocked" ? "Blocked: nothing is sent." : undefined}
          hint={isOpen ? undefined : "Waits sealed until the agent hears, seven days at most."}
        />
      </div>
    </div>
  );
}

/** Esc does it, unless a dialog or a menu has the key. */
function useEscape(act: (() => void) | undefined): void {
  useEffect(() => {
    if (!act) return;
    const onKey = (event: KeyboardEvent) => {
      const isTaken =
        event.defaultPrevented || document.querySelector("[role=dialog], [role=alertdialog], [role=menu]");
      if (event.key === "Escape" && !isTaken) act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [act]);
}
