import { Link } from "@tanstack/react-router";
import { useSyncExternalStore } from "react";
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
  const { agent: seen = agent, link } = useSyncExternalStore(view.subscribe, view.get);
  if (link.is === "blocked") return <BrokenOff agent={seen} isUnsealed={link.code === "crypto.context"} />;
  if (seen.state === "crashed") return <Crashed agent={seen} />;
  const isReady = seen.steps.some(({ step }) => step === "ready");
  return (
    <>
      {isReady ? <p>{seen.name} is ready.</p> : <WakeSteps agent={seen} />}
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
