import { Link } from "@tanstack/react-router";
import type { Agent } from "#shared/contracts/agents.ts";
import { Button } from "../../components/button.tsx";
import { Problem } from "../../components/problem.tsx";
import { useOrder } from "../../lib/agent-session/use-agents.ts";

/** The first start came to nothing: why, and once more. */
export function Crashed({ agent }: { agent: Agent }) {
  const order = useOrder(agent.id);
  return (
    <>
      <div role="alert" className="flex flex-col gap-1 rounded-lg border border-bad p-3">
        <p className="font-medium text-bad">{agent.name} did not start.</p>
        <p>{agent.cause ?? "No cause was recorded."} Nothing you set up so far is lost.</p>
      </div>
      {order.error && <Problem error={order.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button disabled={order.isPending} onClick={() => order.mutate("wake")}>
          Start {agent.name} again
        </Button>
        <ToAgent agent={agent}>See what happened</ToAgent>
      </div>
    </>
  );
}

/** This device will not unlock it: mostly because its secrets never got as far as the platform. */
export function BrokenOff({ agent, isUnsealed }: { agent: Agent; isUnsealed: boolean }) {
  return (
    <>
      <div role="alert" className="flex flex-col gap-1 rounded-lg border border-warn p-3">
        <p className="font-medium">
          {isUnsealed ? `${agent.name} was deployed, but its secrets were not sealed.` : `${agent.name} is blocked.`}
        </p>
        <p>
          {isUnsealed
            ? "The deployment was broken off. Choose the model once more to finish it."
            : "This device could not check what the platform offered as your agent. Nothing was sent to it."}
        </p>
      </div>
      <div>
        <ToAgent agent={agent}>{isUnsealed ? `Finish ${agent.name}` : "See what is wrong"}</ToAgent>
      </div>
    </>
  );
}

const ToAgent = ({ agent, children }: { agent: Agent; children: React.ReactNode }) => (
  <Link
    to="/agents/$agentId"
    params={{ agentId: agent.id }}
    className="inline-flex min-h-9 items-center text-accent underline"
  >
    {children}
  </Link>
);
