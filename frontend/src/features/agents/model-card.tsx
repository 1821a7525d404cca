import { useState } from "react";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import { type ModelDraft, ModelFields, readModelDraft } from "../../components/agent/model-fields.tsx";
import { Button } from "../../components/button.tsx";
import { FormActions } from "../../components/fields/form-actions.tsx";
import { Problem } from "../../components/problem.tsx";
import type { Keyless, ModelInWords } from "../../lib/agent-session/agent-secrets.ts";

interface ModelCardProps {
  /** Undefined while the agent's secrets were never sealed. */
  readonly model: ModelInWords | undefined;
  readonly onChange: (choice: ModelChoice | Keyless) => Promise<"told" | "sealed">;
}

const NAMES = {
  demo: "Demo model: fixed answers, no AI",
  openai: "OpenAI or compatible",
  anthropic: "Anthropic",
} as const;
const DONE = {
  told: "Sealed, and on its way to the running agent.",
  sealed: "Sealed. The agent takes it up when it is unlocked next.",
} as const;

/** Whose model the agent asks. The key is sealed with the agent's own secrets; the platform sees neither. */
export function ModelCard({ model, onChange }: ModelCardProps) {
  const [isEditing, setEditing] = useState(model === undefined);
  const [done, setDone] = useState<"told" | "sealed">();
  return (
    <section aria-labelledby="model" className="flex flex-col gap-3 rounded-lg border border-line bg-panel p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="model" className="font-semibold">
          Model
        </h2>
        {!isEditing && (
          <Button look="plain" onClick={() => setEditing(true)}>
            Change model
          </Button>
        )}
      </div>
      {model ? <Facts {...model} /> : <p className="text-warn">{BROKEN_OFF}</p>}
      {done && !isEditing && <p role="status">{DONE[done]}</p>}
      {isEditing && (
        <ModelForm
          model={model}
          onCancel={model && (() => setEditing(false))}
          onChange={async (choice) => {
            setDone(await onChange(choice));
            setEditing(false);
          }}
        />
      )}
    </section>
  );
}

const BROKEN_OFF =
  "This agent's deployment was broken off before its secrets were sealed. Choose a model to finish it.";

const Facts = ({ kind, baseUrl, modelId }: ModelInWords) => (
  <p className="break-words">
    {NAMES[kind]}
    {modelId && <span className="text-quiet"> · {modelId}</span>}
    {baseUrl && <span className="text-quiet"> · {baseUrl}</span>}
  </p>
);

interface ModelFormProps {
  readonly model: ModelInWords | undefined;
  readonly onCancel: (() => void) | undefined;
  readonly onChange: (choice: ModelChoice | Keyless) => Promise<void>;
}

function ModelForm({ model, onCancel, onChange }: ModelFormProps) {
  const { kind = "demo", baseUrl = "", modelId = "" } = model ?? {};
  const [draft, setDraft] = useState<ModelDraft>({ kind, baseUrl, modelId, apiKey: "" });
  const [state, setState] = useState<{ isBusy: boolean; error?: unknown }>({ isBusy: false });
  const hasKey = model !== undefined && keepsKey(model, draft);
  const seal = async () => {
    setState({ isBusy: true });
    await onChange(readModelDraft(draft)).catch((error: unknown) => setState({ isBusy: false, error }));
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        void seal();
      }}
    >
      <ModelFields draft={draft} onChange={setDraft} hasKey={hasKey} />
      {state.error !== undefined && <Problem error={state.error} />}
      <FormActions isBusy={state.isBusy} onCancel={onCancel}>
        Seal this choice
      </FormActions>
    </form>
  );
}

/** A key goes to the place it was typed for, and to no other. */
const keepsKey = (model: ModelInWords, draft: ModelDraft): boolean =>
  model.kind === draft.kind && originOf(model.baseUrl) === originOf(draft.baseUrl);
const originOf = (url = ""): string => (URL.canParse(url) ? new URL(url).origin : url);
