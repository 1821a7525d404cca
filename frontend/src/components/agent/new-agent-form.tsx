import { useState } from "react";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { Button } from "../button.tsx";
import { Field } from "../fields/field.tsx";
import { FIRST_MODEL_DRAFT, ModelFields, readModelDraft } from "./model-fields.tsx";
import { QuotaProblem } from "./quota-problem.tsx";

interface NewAgentFormProps {
  readonly onDeploy: (name: string, model: ModelChoice) => void;
  readonly onCancel: (() => void) | undefined;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly agents: readonly Agent[];
}

/** A name and a model are all a new agent needs; everything else it makes itself. */
export function NewAgentForm({ onDeploy, onCancel, isBusy, error, agents }: NewAgentFormProps) {
  const [name, setName] = useState("");
  const [model, setModel] = useState(FIRST_MODEL_DRAFT);
  const isTaken = agents.some((agent) => agent.name === name.trim());
  return (
    <form
      className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-4"
      onSubmit={(event) => {
        event.preventDefault();
        const choice = readModelDraft(model);
        if (choice.kind === "demo" || "apiKey" in choice) onDeploy(name.trim(), choice);
      }}
    >
      <h2 className="text-base font-semibold">New agent</h2>
      <Field label="Name" required maxLength={60} value={name} onChange={(event) => setName(event.target.value)} />
      {isTaken && <p className="text-warn">You have an agent of this name. You can still use it twice.</p>}
      <ModelFields draft={model} onChange={setModel} />
      {error && <QuotaProblem error={error} />}
      <div className="flex flex-wrap gap-2">
        <Button type="submit" disabled={isBusy || name.trim() === ""}>
          {isBusy ? "Deploying" : "Deploy agent"}
        </Button>
        {onCancel && (
          <Button look="plain" onClick={onCancel}>
            Cancel
          </Button>
        )}
      </div>
    </form>
  );
}
