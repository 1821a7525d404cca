import { CircleAlert, Clock } from "lucide-react";
import type { Unsent } from "../../../lib/agent-session/view/view.ts";
import { META, SAID } from "./entry-row.tsx";

interface UnsentRowProps {
  readonly unsent: Unsent;
  readonly isOpen: boolean;
  readonly agentName: string;
  readonly onRetry: (unsent: Unsent) => void;
  readonly onDiscard: (unsent: Unsent) => void;
}

/** Said here, and not yet recorded by the agent: on its way, waiting, or failed. */
export function UnsentRow({ unsent, isOpen, agentName, onRetry, onDiscard }: UnsentRowProps) {
  const isFailed = unsent.state === "failed";
  return (
    <article aria-label="You" className="py-3">
      <p className={`${SAID} ${isFailed ? "border-bad" : "border-line border-dashed"}`}>{unsent.text}</p>
      <div className={`${META} justify-end`}>
        {isFailed ? (
          <>
            <span role="alert" className="inline-flex items-center gap-1 text-bad">
              <CircleAlert size={14} aria-hidden />
              {PROBLEMS[unsent.problem ?? ""] ?? "Not sent."}
            </span>
            <button type="button" className={LINK} onClick={() => onRetry(unsent)}>
              Send again
            </button>
            <button type="button" className={LINK} onClick={() => onDiscard(unsent)}>
              Discard
            </button>
          </>
        ) : (
          <span className="inline-flex items-center gap-1">
            <Clock size={14} aria-hidden />
            {isOpen || unsent.state === "sending"
              ? "Sending"
              : `Queued, sealed. ${agentName} gets it once, when it hears again.`}
          </span>
        )}
      </div>
    </article>
  );
}

const LINK = "min-h-6 cursor-pointer font-medium text-accent underline";

const PROBLEMS: Record<string, string | undefined> = {
  unreachable: "Not sent: too long to wait with the platform. Wake the agent first.",
  network: "Not sent: the service did not answer.",
  too_old: "Not delivered in time.",
  unreadable: "Not sent: your keys were changed first.",
  interrupted: "Not sent: the page was closed first.",
  "queue.full": "Not sent: the agent's queue is full. Wake it first.",
};
