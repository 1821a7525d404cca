import { useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { MessageSquare } from "lucide-react";
import { useMemo } from "react";
import { ApiError } from "#shared/client/api-client.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { idOf } from "#shared/ids.ts";
import { Problem } from "../../components/problem.tsx";
import { Waiting } from "../../components/waiting.tsx";
import { changeModel } from "../../lib/agent-session/agent-secrets.ts";
import type { Sessions } from "../../lib/agent-session/sessions.ts";
import { useAgent, useAgentEvents, useRename } from "../../lib/agent-session/use-agents.ts";
import { modelKey, useModel } from "../../lib/agent-session/use-model.ts";
import { useSessions } from "../../lib/agent-session/use-sessions.ts";
import { useUnlocking } from "../../lib/agent-session/use-unlocking.ts";
import { AgentActions } from "./agent-actions.tsx";
import { AgentEvents } from "./agent-events.tsx";
import { AgentOverview } from "./agent-overview.tsx";
import { ItemsCard } from "./items/items-card.tsx";
import { ModelCard } from "./model-card.tsx";
import { RenameForm } from "./rename-form.tsx";

const AgentId = idOf("agent");

/** One agent: is it well, what did it do, whose model does it ask. */
export function AgentPage() {
  const params = useParams({ strict: false });
  const agentId = AgentId.safeParse(params["agentId"]).data;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 p-4 lg:py-8">
      <Link to="/agents" className="w-fit text-accent underline-offset-2 hover:underline">
        All agents
      </Link>
      {agentId ? <OneAgent key={agentId} agentId={agentId} /> : <Gone />}
    </div>
  );
}

function OneAgent({ agentId }: { agentId: Agent["id"] }) {
  const query = useAgent(agentId);
  if (query.error instanceof ApiError && query.error.code === "agent.not_found") return <Gone />;
  return (
    <Waiting query={query} lines={3}>
      {(agent) => <Known agent={agent} />}
    </Waiting>
  );
}

function Known({ agent }: { agent: Agent }) {
  const { id: agentId } = agent;
  const sessions = useSessions();
  useUnlocking(useMemo(() => [agent], [agent]));
  const rename = useRename(agentId);
  const events = useAgentEvents(agent);
  return (
    <>
      <header className="flex flex-wrap items-start justify-between gap-3">
        <RenameForm agent={agent} onRename={rename.mutateAsync} />
        <Link
          to="/chat/$agentId"
          params={{ agentId }}
          className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line bg-panel px-3 font-medium"
        >
          <MessageSquare size={16} aria-hidden />
          Chat
        </Link>
      </header>
      <AgentActions agent={agent} />
      <AgentOverview agent={agent} />
      {sessions && <Model {...{ sessions, agentId }} />}
      {sessions && <ItemsCard {...{ sessions, agent }} />}
      <AgentEvents events={events} />
    </>
  );
}

const Gone = () => (
  <>
    <h1 className="text-xl font-semibold">There is no such agent</h1>
    <p>It was deleted, or it belongs to someone else.</p>
  </>
);

function Model({ sessions, agentId }: { sessions: Sessions; agentId: Agent["id"] }) {
  const queries = useQueryClient();
  const model = useModel(sessions, agentId);
  if (model.error) return <Problem error={model.error} />;
  if (model.data === undefined) return null;
  return (
    <ModelCard
      model={model.data ?? undefined}
      onChange={async (choice) => {
        const done = await changeModel(sessions.sealer, { agentId, session: sessions.of(agentId), choice });
        if (!model.data) sessions.reopen(agentId); // it was blocked for want of its secrets
        await queries.invalidateQueries({ queryKey: modelKey(agentId) });
        return done;
      }}
    />
  );
}
