import { useNow } from "../../../components/agent/use-now.ts";
import { Button } from "../../../components/button.tsx";
import type { Approval } from "../../../lib/agent-session/view/view.ts";

interface ApprovalCardProps {
  readonly approval: Approval;
  readonly onResolve: (approvalId: string, decision: "allow-once" | "deny") => void;
}

/** A question of the agent, with everything it is bound to in sight, and both answers. */
export function ApprovalCard({ approval, onResolve }: ApprovalCardProps) {
  const { approvalId, title, description, answer, expiresAt } = approval;
  const left = Math.max(0, expiresAt - useNow(1_000));
  return (
    <section aria-label={title} className="flex flex-col gap-2 border-t border-warn p-3">
      <p className="font-medium">{title}</p>
      {description && (
        <pre
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
          className="max-h-60 overflow-auto rounded border border-line bg-page p-2 font-mono text-[13px] whitespace-pre-wrap break-words"
        >
          {description}
        </pre>
      )}
      <div className="flex flex-wrap items-center gap-2">
        <Button disabled={answer !== undefined} onClick={() => onResolve(approvalId, "allow-once")}>
          Allow once
        </Button>
        <Button look="plain" disabled={answer !== undefined} onClick={() => onResolve(approvalId, "deny")}>
          Deny
        </Button>
        <p className="text-[13px] text-quiet tabular-nums" role={answer ? "status" : undefined}>
          {answer ? SAID[answer] : `Denied by itself in ${sayTime(left)}.`}
        </p>
      </div>
    </section>
  );
}

const SAID = {
  "allow-once": "Allowed. Your answer is on its way.",
  deny: "Denied. Your answer is on its way.",
} as const;

const sayTime = (ms: number): string => (ms >= 60_000 ? `${Math.ceil(ms / 60_000)} min` : `${Math.ceil(ms / 1000)} s`);
