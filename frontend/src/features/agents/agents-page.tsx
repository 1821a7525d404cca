import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { describePlace } from "../../components/agent/describe-place.ts";
import { NewAgentForm } from "../../components/agent/new-agent-form.tsx";
import { Button } from "../../components/button.tsx";
import { Waiting } from "../../components/waiting.tsx";
import { deployAgent } from "../../lib/agent-session/agent-secrets.ts";
import { AGENTS_KEY, keepAgent, useAgents } from "../../lib/agent-session/use-agents.ts";
import { useSessions } from "../../lib/agent-session/use-sessions.ts";
import { useUnlocking } from "../../lib/agent-session/use-unlocking.ts";
import { useIsLocal } from "../../lib/stage.ts";
import { CHECKLIST } from "../../lib/use-me.ts";
import { AgentRow } from "./agent-row.tsx";

const NONE: readonly Agent[] = [];

/** Your agents: are they well, and a new one. */
export function AgentsPage() {
  const [isAdding, setAdding] = useState(false);
  const agents = useAgents();
  const isLocal = useIsLocal();
  const deploy = useDeploy();
  const items = agents.data?.items ?? NONE;
  useUnlocking(items);
  const isEmpty = agents.data !== undefined && items.length === 0;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-col gap-4 p-4 lg:py-8">
      <header className="flex flex-wrap items-center justify-between gap-2">
        <h1 className="text-xl font-semibold">Agents</h1>
        {!isAdding && !isEmpty && agents.data && <Button onClick={() => setAdding(true)}>New agent</Button>}
      </header>
      {isEmpty && (
        <p>An agent {describePlace(isLocal)}, and only your devices can unlock it. Give the first one a name.</p>
      )}
      {(isAdding || isEmpty) && (
        <NewAgentForm
          agents={items}
          isBusy={deploy.isPending}
          error={deploy.error}
          onDeploy={(name, model) => deploy.mutateAsync({ name, model })}
          onCancel={isEmpty ? undefined : () => setAdding(false)}
        />
      )}
      <Waiting query={agents} lines={2}>
        {() =>
          !isEmpty && (
            <ul aria-label="Your agents" className="rounded-lg border border-line bg-panel">
              {items.map((agent) => (
                <AgentRow key={agent.id} agent={agent} />
              ))}
            </ul>
          )
        }
      </Waiting>
    </div>
  );
}

function useDeploy() {
  const sessions = useSessions();
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: async ({ name, model }: { name: string; model: ModelChoice }) => {
      if (!sessions) throw new Error("the vault is locked");
      return deployAgent(sessions.sealer, name, model);
    },
    onSuccess: (agent) => {
      keepAgent(queries, agent);
      return navigate({ to: "/agents/$agentId", params: { agentId: agent.id } });
    },
    onSettled: () =>
      Promise.all([AGENTS_KEY, CHECKLIST].map((queryKey) => queries.invalidateQueries({ queryKey, exact: true }))),
  });
}
