import { useState } from "react";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { useNote } from "../../lib/agent-session/use-note.ts";
import { useSessions } from "../../lib/agent-session/use-sessions.ts";
import { Field } from "../fields/field.tsx";
import { FormActions } from "../fields/form-actions.tsx";
import { ModelFields, readModelDraft } from "./model-fields.tsx";
import { AgentDraft, FIRST_AGENT_DRAFT, keptOf } from "./new-agent-draft.ts";
import { QuotaProblem } from "./quota-problem.tsx";

interface NewAgentFormProps {
  /** Refused with what `error` is then; what was typed stays. */
  readonly onDeploy: (name: string, model: ModelChoice) => Promise<unknown>;
  readonly onCancel: (() => void) | undefined;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly agents: readonly Agent[];
}

/** A name and a model are all a new agent needs; everything else it makes itself. */
export function NewAgentForm({ onDeploy, onCancel, isBusy, error, agents }: NewAgentFormProps) {
  const place = { notes: useSessions()?.notes, name: "new-agent", schema: AgentDraft };
  const { value: draft, write, drop } = useNote<AgentDraft>(place, FIRST_AGENT_DRAFT);
  const [apiKey, setApiKey] = useState("");
  const { name } = draft;
  const model = { ...draft.model, apiKey };
  const forget = () => drop(FIRST_AGENT_DRAFT);
  const cancel =
    onCancel &&
    (() => {
      forget();
      onCancel();
    });
  const isTaken = agents.some((agent) => agent.name === name.trim());
  return (
    <form
      className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-4"
      onSubmit={(event) => {
        event.preventDefault();
        const choice = readModelDraft(model);
        if (choice.kind === "demo" || "apiKey" in choice)
          void onDeploy(name.trim(), choice).then(forget, () => undefined);
      }}
    >
      <h2 className="text-base font-semibold">New agent</h2>
      <Field
        label="Name"
        required
        maxLength={60}
        value={name}
        onChange={(event) => write(keptOf(event.target.value, model))}
      />
      {isTaken && <p className="text-warn">You have an agent of this name. You can still use it twice.</p>}
      <ModelFields
        draft={model}
        onChange={(next) => {
          setApiKey(next.apiKey);
          write(keptOf(name, next));
        }}
      />
      {error && <QuotaProblem error={error} />}
      <FormActions isBusy={isBusy} isReady={name.trim() !== ""} onCancel={cancel}>
        {isBusy ? "Deploying" : "Deploy agent"}
      </FormActions>
    </form>
  );
}
