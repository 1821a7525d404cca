import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import { NewAgentForm } from "../../../components/agent/new-agent-form.tsx";
import { deployAgent } from "../../../lib/agent-session/agent-secrets.ts";
import { useSessions } from "../../../lib/agent-session/use-sessions.ts";

/** A name and whose model; its start is followed in the next step. */
export function AgentStep() {
  const sessions = useSessions();
  const queries = useQueryClient();
  const deploy = useMutation({
    mutationFn: async ({ name, model }: { name: string; model: ModelChoice }) => {
      if (!sessions) throw new Error("the vault is locked");
      const agent = await deployAgent(sessions.sealer, name, model);
      sessions.of(agent.id); // it is unlocked as soon as it has a task
    },
    // also where it was broken off: an agent that was created is in the next step, with its way on
    onSettled: () => queries.invalidateQueries(),
  });
  return (
    <NewAgentForm
      agents={[]}
      isBusy={deploy.isPending}
      error={deploy.error}
      onDeploy={(name, model) => deploy.mutateAsync({ name, model })}
      onCancel={undefined}
    />
  );
}
