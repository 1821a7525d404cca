import type { Agent } from "#shared/contracts/agents.ts";
import { describeState, type Tone } from "./describe-agent.ts";

const DOT: Record<Tone, string> = {
  good: "bg-good",
  moving: "bg-warn motion-safe:animate-pulse",
  resting: "border-2 border-quiet",
  bad: "bg-bad",
};

const Dot = ({ tone }: { tone: Tone }) => (
  <span aria-hidden className={`inline-block size-2 shrink-0 rounded-full ${DOT[tone]}`} />
);

/** An agent's state in words; the dot only repeats them. */
export function AgentState({ state }: { state: Agent["state"] }) {
  const { words, tone } = describeState(state);
  return (
    <span className="inline-flex items-center gap-2 whitespace-nowrap">
      <Dot tone={tone} />
      {words}
    </span>
  );
}
