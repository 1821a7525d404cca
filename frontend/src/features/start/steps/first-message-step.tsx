import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
import { isReady } from "#shared/client/agents/describe-agent.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { WakeSteps } from "../../../components/agent/wake-steps.tsx";
import { PageWaiting } from "../../../components/page-waiting.tsx";
import type { Sessions } from "../../../lib/agent-session/sessions.ts";
import { useAgents } from "../../../lib/agent-session/use-agents.ts";
import { useSessions } from "../../../lib/agent-session/use-sessions.ts";
import { BrokenOff, Crashed } from "../start-trouble.tsx";

/** The agent's own start as it happens, and the way to it. One need not wait: what is written now reaches it once. */
export function FirstMessageStep() {
  const agents = useAgents();
  const sessions = useSessions();
  const [agent] = agents.data?.items ?? [];
  if (!agent) return <PageWaiting query={agents} />;
  return sessions ? <Starting agent={agent} sessions={sessions} /> : null;
}

function Starting({ agent, sessions }: { agent: Agent; sessions: Sessions }) {
  const { view } = sessions.of(agent.id);
  const { link } = useSyncExternalStore(view.subscribe, view.get);
  if (link.is === "blocked") return <BrokenOff agent={agent} isUnsealed={link.code === "crypto.context"} />;
  if (agent.state === "crashed") return <Crashed agent={agent} />;
  return (
    <>
      {isReady(agent) ? <p>{agent.name} is ready.</p> : <WakeSteps agent={agent} />}
      <div>
        <Link
          to="/chat/$agentId"
          params={{ agentId: agent.id }}
          className="inline-flex min-h-9 items-center rounded-lg bg-accent px-3 font-medium text-on-accent"
        >
          Write the first message
        </Link>
      </div>
    </>
  );
}
