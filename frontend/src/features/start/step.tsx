import { Check, X } from "lucide-react";
import type { ReactNode } from "react";
import type { StepState } from "./describe-start.ts";

interface StepProps {
  readonly title: string;
  readonly state: StepState;
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

const LOOKS = {
  done: { says: "done", edge: "border-line", mark: "border-good text-good" },
  current: { says: "now", edge: "border-accent", mark: "border-accent text-accent" },
  waiting: { says: "later", edge: "border-line", mark: "border-quiet text-quiet" },
  failed: { says: "failed", edge: "border-bad", mark: "border-bad text-bad" },
} as const satisfies Record<StepState, object>;

/** One step; only the one to be done now shows what to do. */
export function Step({ title, state, note, children }: StepProps) {
  const isOpen = state === "current" || state === "failed";
  const { says, edge, mark } = LOOKS[state];
  return (
    <li
      aria-current={isOpen ? "step" : undefined}
      className={`rounded-lg border bg-panel p-4 ${edge} ${isOpen ? "" : "print:hidden"}`}
    >
      <h2 className="flex print:hidden items-center gap-3 text-base font-semibold">
        <span
          aria-hidden
          className={`inline-flex size-6 shrink-0 items-center justify-center rounded-full border ${mark}`}
        >
          {state === "done" && <Check size={14} />}
          {state === "failed" && <X size={14} />}
        </span>
        <span className={`shrink-0 ${isOpen ? "" : "font-normal"}`}>{title}</span>
        {note && state === "done" && <span className="min-w-0 truncate font-normal text-quiet">{note}</span>}
        <span className="ml-auto shrink-0 text-[13px] font-normal text-quiet">{says}</span>
      </h2>
      {isOpen && <div className="flex flex-col gap-4 pt-4">{children}</div>}
    </li>
  );
}
