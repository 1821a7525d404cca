import { Pencil } from "lucide-react";
import { memo } from "react";
import type { Entry, ToolCall } from "#shared/channel/app-model.ts";
import { RelativeTime } from "../../../components/relative-time.tsx";
import type { Approval } from "../../../lib/agent-session/view/view.ts";
import { Markdown } from "../text/markdown.tsx";
import { ToolCard } from "./tool-card.tsx";

export interface RowActions {
  readonly agentName: string;
  readonly onResolve: (approvalId: string, decision: "allow-once" | "deny") => void;
  readonly onEdit: (text: string) => void;
}

/** One line of a conversation that the agent has recorded. It changes only when its entry does. */
export const EntryRow = memo(function EntryRow({ entry, actions }: { entry: Entry; actions: RowActions }) {
  if (entry.role === "user") return <UserEntry entry={entry} onEdit={actions.onEdit} />;
  return (
    <article aria-label={actions.agentName} className={ROW}>
      <Answer text={entry.text} tools={entry.tools} approvals={NONE} actions={actions} />
      <p className={META}>
        <RelativeTime at={timeOf(entry)} />
        {entry.state === "aborted" && <span>Stopped. What was written so far is kept.</span>}
        {entry.state === "error" && <span className="text-bad">Ended with an error.</span>}
      </p>
    </article>
  );
});

const NONE: readonly Approval[] = [];
/** Rows out of sight cost nothing: a long conversation stays as quick as a short one. */
const ROW = "py-3 [content-visibility:auto] [contain-intrinsic-size:auto_120px]";
export const META = "mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-quiet";
export const SAID = "ml-auto w-fit max-w-[85%] rounded-lg border bg-panel px-3 py-2 whitespace-pre-wrap break-words";

function UserEntry({ entry, onEdit }: { entry: Entry; onEdit: (text: string) => void }) {
  return (
    <article aria-label="You" className={ROW}>
      <p className={`${SAID} border-line`}>{entry.text}</p>
      <p className={`${META} justify-end`}>
        {entry.state === "queued" && <span>With the agent, waiting its turn</span>}
        {entry.state === "error" && <span className="text-bad">The agent could not take this up.</span>}
        <button
          type="button"
          className="inline-flex min-h-6 cursor-pointer items-center gap-1 hover:text-ink"
          onClick={() => onEdit(entry.text)}
        >
          <Pencil size={14} aria-hidden />
          Edit and send again
        </button>
        <RelativeTime at={timeOf(entry)} />
      </p>
    </article>
  );
}

interface AnswerProps {
  readonly text: string;
  readonly tools: readonly ToolCall[];
  readonly approvals: readonly Approval[];
  readonly actions: RowActions;
  readonly isPartial?: boolean;
}

/** What the agent did, then what it says. */
export function Answer({ text, tools, approvals, actions, isPartial = false }: AnswerProps) {
  return (
    <>
      {tools.map((tool) => (
        <ToolCard
          key={tool.toolCallId}
          tool={tool}
          approval={approvals.find(({ toolCallId }) => toolCallId === tool.toolCallId)}
          onResolve={actions.onResolve}
        />
      ))}
      {text && (
        <div className="max-w-[72ch]">
          <Markdown text={text} isPartial={isPartial} />
        </div>
      )}
    </>
  );
}

/** The agent's clock may be a little ahead; nothing was said in the future. */
const timeOf = ({ at }: Entry): string => new Date(Math.min(at, Date.now())).toISOString();
