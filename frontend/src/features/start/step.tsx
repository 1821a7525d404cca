import { Check } from "lucide-react";
import type { ReactNode } from "react";

interface StepProps {
  readonly title: string;
  readonly state: "done" | "current" | "waiting";
  readonly note?: string | undefined;
  readonly children: ReactNode;
}

const SAYS = { done: "done", current: "now", waiting: "later" } as const;

/** One step; only the current one shows what is to be done. */
export function Step({ title, state, note, children }: StepProps) {
  const isCurrent = state === "current";
  return (
    <li
      aria-current={isCurrent ? "step" : undefined}
      className={`rounded-lg border bg-panel p-4 ${isCurrent ? "border-accent" : "border-line"}`}
    >
      <h2 className="flex items-center gap-3 text-base font-semibold">
        <span
          aria-hidden
          className={`inline-flex size-6 shrink-0 items-center justify-center rounded-full border ${state === "done" ? "border-good text-good" : "border-quiet text-quiet"}`}
        >
          {state === "done" && <Check size={14} />}
        </span>
        <span className={isCurrent ? "" : "font-normal"}>{title}</span>
        {note && state === "done" && <span className="truncate font-normal text-quiet">{note}</span>}
        <span className="ml-auto text-[13px] font-normal text-quiet">{SAYS[state]}</span>
      </h2>
      {isCurrent && <div className="flex flex-col gap-4 pt-4">{children}</div>}
    </li>
  );
}
