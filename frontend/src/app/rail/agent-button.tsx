import { Link } from "@tanstack/react-router";
import type { Agent } from "#shared/contracts/agents.ts";
import { AgentState } from "../../components/agent/agent-state.tsx";
import { describeKept, nextOrder } from "../../components/agent/orders.ts";
import { useSleep } from "../../components/agent/use-sleep.ts";
import { Button } from "../../components/button.tsx";
import { Problem } from "../../components/problem.tsx";
import { useAgents } from "../../lib/agent-session/use-agents.ts";

/** The first agent's state, with the one thing to do about it. */
export function AgentButton({ onGo }: { onGo?: () => void }) {
  const agents = useAgents();
  const [agent] = agents.data?.items ?? [];
  return agent ? <State agent={agent} onGo={onGo} /> : null;
}

function State({ agent, onGo }: { agent: Agent; onGo: (() => void) | undefined }) {
  const { order, sleep, wake } = useSleep(agent);
  const next = nextOrder(agent.state);
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-line p-3">
      <Link
        to="/agents/$agentId"
        params={{ agentId: agent.id }}
        className="truncate font-medium hover:underline"
        onClick={() => onGo?.()}
      >
        {agent.name}
      </Link>
      <AgentState agent={agent} />
      {next && (
        <Button look="plain" disabled={order.isPending} onClick={next === "stop" ? sleep : wake}>
          {next === "stop" ? "Sleep" : "Wake"}
        </Button>
      )}
      {next && <p className="text-[13px] text-quiet">{describeKept(agent)}</p>}
      {order.error && <Problem error={order.error} />}
    </div>
  );
}
