import { type AgentStatus, describeState } from "#shared/client/agents/describe-agent.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { useAgentWord } from "../../lib/agent-session/use-agent-word.ts";

const DOT: Record<AgentStatus["tone"], string> = {
  good: "bg-good",
  moving: "bg-warn motion-safe:animate-pulse",
  resting: "border-2 border-quiet",
  bad: "bg-bad",
};

/** Words with a dot that only repeats them. */
export const StatusWords = ({ words, tone }: Pick<AgentStatus, "words" | "tone">) => (
  <span className="inline-flex items-center gap-2">
    <span aria-hidden className={`inline-block size-2 shrink-0 rounded-full ${DOT[tone]}`} />
    <span className="min-w-0">{words}</span>
  </span>
);

/** How an agent is. */
export function AgentState({ agent }: { agent: Agent }) {
  return <StatusWords {...describeState(agent, useAgentWord(agent.id))} />;
}
