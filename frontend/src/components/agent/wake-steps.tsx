import { Check, Circle, LoaderCircle } from "lucide-react";
import { describeSteps, type StepView, secondsLeft } from "#shared/client/agents/describe-agent.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { useNow } from "./use-now.ts";

const TICK_MS = 250;
const BAR =
  "h-1 w-full max-w-sm appearance-none overflow-hidden rounded-full bg-line [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-line [&::-webkit-progress-value]:bg-accent";

/** A start as it happens: real steps with the time each took, and what is usually left. */
export function WakeSteps({ agent }: { agent: Agent }) {
  const now = useNow(TICK_MS);
  const left = secondsLeft(agent, now);
  const { etaSeconds } = agent;
  return (
    <div className="flex flex-col gap-2">
      <ol className="flex flex-col gap-1">
        {describeSteps(agent).map((step) => (
          <Step key={step.step} {...step} />
        ))}
      </ol>
      {etaSeconds !== null && left !== undefined && (
        <progress aria-label="Start" className={BAR} max={etaSeconds} value={Math.min(etaSeconds, etaSeconds - left)} />
      )}
      <p className="text-quiet tabular-nums" role="status">
        {sayLeft(left)}
      </p>
    </div>
  );
}

function sayLeft(left: number | undefined): string {
  if (left === undefined) return "How long such a start takes here is not known yet.";
  return left > 0 ? `About ${Math.ceil(left)} s left, from earlier starts.` : "A little longer than usual.";
}

const ICONS = { done: Check, current: LoaderCircle, waiting: Circle } as const;
const LOOKS = { done: "text-good", current: "text-warn motion-safe:animate-spin", waiting: "text-quiet" } as const;

function Step({ words, state, seconds }: StepView) {
  const Icon = ICONS[state];
  return (
    <li className="flex items-center gap-2" aria-current={state === "current" ? "step" : undefined}>
      <Icon size={16} aria-hidden className={`shrink-0 ${LOOKS[state]}`} />
      <span className={state === "waiting" ? "text-quiet" : ""}>{words}</span>
      {seconds !== undefined && seconds > 0 && (
        <span className="font-mono text-[13px] text-quiet tabular-nums">{seconds.toFixed(1)} s</span>
      )}
    </li>
  );
}
