import { Check, CircleHelp, LoaderCircle, ShieldX, TriangleAlert } from "lucide-react";
import type { ToolCall } from "#shared/channel/app-model.ts";
import type { Approval } from "../../../lib/agent-session/view/view.ts";
import { ApprovalCard } from "./approval-card.tsx";
import { summariseArgs, TOOL_WORDS, writeValue } from "./describe-tool.ts";

const ICONS = {
  running: LoaderCircle,
  waiting: CircleHelp,
  done: Check,
  refused: ShieldX,
  failed: TriangleAlert,
} as const;
const LOOKS: Record<ToolCall["state"], string> = {
  running: "text-warn motion-safe:animate-spin",
  waiting: "text-warn",
  done: "text-good",
  refused: "text-bad",
  failed: "text-bad",
};

interface ToolCardProps {
  readonly tool: ToolCall;
  readonly approval: Approval | undefined;
  readonly onResolve: (approvalId: string, decision: "allow-once" | "deny") => void;
}

/** One thing the agent did, or asks to do. */
export function ToolCard({ tool, approval, onResolve }: ToolCardProps) {
  const state = approval ? "waiting" : tool.state;
  const Icon = ICONS[state];
  return (
    <div className={`my-2 rounded-lg border bg-panel ${approval ? "border-warn" : "border-line"}`}>
      <details>
        <summary className="flex min-h-9 cursor-pointer items-center gap-2 rounded-lg px-3 py-1.5">
          <Icon size={16} aria-hidden className={`shrink-0 ${LOOKS[state]}`} />
          <span className="shrink-0 font-medium">{tool.name}</span>
          <code className="min-w-0 flex-1 truncate font-mono text-[13px] text-quiet">{summariseArgs(tool.args)}</code>
          <span className="shrink-0 text-[13px] text-quiet">{TOOL_WORDS[state]}</span>
        </summary>
        <div className="flex flex-col gap-2 border-t border-line p-3">
          <Part title="What it was asked" value={tool.args} />
          <Part title="What came of it" value={tool.result} />
        </div>
      </details>
      {approval && <ApprovalCard approval={approval} onResolve={onResolve} />}
    </div>
  );
}

function Part({ title, value }: { title: string; value: unknown }) {
  const text = value === undefined ? "Nothing yet." : writeValue(value);
  return (
    <div className="flex flex-col gap-1">
      <p className="text-[13px] font-medium text-quiet">{title}</p>
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        className="max-h-72 overflow-auto font-mono text-[13px] whitespace-pre-wrap break-words"
      >
        {text}
      </pre>
    </div>
  );
}
