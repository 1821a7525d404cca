import { Link } from "@tanstack/react-router";
import type { Agent } from "#shared/contracts/agents.ts";
import { AgentState } from "../components/agent/agent-state.tsx";
import { Button } from "../components/button.tsx";
import { useAgents, useOrder } from "../lib/agent-session/use-agents.ts";

const AWAKE: readonly Agent["state"][] = ["locked", "running", "paused"];
const ASLEEP: readonly Agent["state"][] = ["stopped", "crashed"];

/** The first agent's state, with the one thing to do about it. */
export function AgentButton() {
  const agents = useAgents();
  const [agent] = agents.data?.items ?? [];
  return agent ? <State agent={agent} /> : null;
}

function State({ agent }: { agent: Agent }) {
  const order = useOrder(agent.id);
  const isAwake = AWAKE.includes(agent.state);
  const isAsleep = ASLEEP.includes(agent.state);
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <Link to="/agents/$agentId" params={{ agentId: agent.id }} className="truncate font-medium hover:underline">
        {agent.name}
      </Link>
      <AgentState state={agent.state} />
      {(isAwake || isAsleep) && (
        <Button look="plain" disabled={order.isPending} onClick={() => order.mutate(isAwake ? "stop" : "wake")}>
          {isAwake ? "Sleep" : "Wake"}
        </Button>
      )}
    </div>
  );
}
