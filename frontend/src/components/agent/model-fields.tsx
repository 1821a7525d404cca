import type { ModelChoice } from "#shared/client/model-choice.ts";
import { Field } from "../fields/field.tsx";

/** A choice of model as it is being typed. */
export interface ModelDraft {
  readonly kind: ModelChoice["kind"];
  readonly baseUrl: string;
  readonly modelId: string;
  readonly apiKey: string;
}

const KINDS = [
  {
    kind: "anthropic",
    title: "Anthropic, with your key",
    about: "Claude models. Your key is sealed; only your running agent opens it.",
  },
  {
    kind: "openai",
    title: "OpenAI or compatible, with your key",
    about: "OpenAI, or an address that speaks its protocol. Agents in AWS reach HTTPS on port 443 only.",
  },
  {
    kind: "demo",
    title: "Demo model, no key",
    about: "A program with fixed answers, to see how everything works. It is no AI.",
  },
] as const;

const BASE_URLS = { demo: "", openai: "https://api.openai.com/v1", anthropic: "https://api.anthropic.com" } as const;

interface ModelFieldsProps {
  readonly draft: ModelDraft;
  readonly onChange: (draft: ModelDraft) => void;
  /** A key is sealed already, and stays when none is typed. */
  readonly hasKey?: boolean;
}

/** Whose model the agent asks. */
export function ModelFields({ draft, onChange, hasKey = false }: ModelFieldsProps) {
  const set = (change: Partial<ModelDraft>) => onChange({ ...draft, ...change });
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-1 font-medium">Model</legend>
      {KINDS.map(({ kind, title, about }) => (
        <label
          key={kind}
          className="flex cursor-pointer gap-3 rounded-lg border border-line p-3 has-checked:border-accent has-focus-visible:outline-2 has-focus-visible:outline-accent"
        >
          <input
            type="radio"
            name="model"
            className="mt-1 self-start accent-accent"
            checked={draft.kind === kind}
            onChange={() => set({ kind, baseUrl: BASE_URLS[kind] })}
          />
          <span className="flex flex-col">
            <span className="font-medium">{title}</span>
            <span className="text-quiet">{about}</span>
          </span>
        </label>
      ))}
      {draft.kind !== "demo" && (
        <>
          <Field
            label="API key"
            type="password"
            autoComplete="off"
            required={!hasKey}
            maxLength={500}
            placeholder={hasKey ? "Sealed already; type to replace it" : ""}
            value={draft.apiKey}
            onChange={(event) => set({ apiKey: event.target.value })}
          />
          <Field
            label="Model id"
            required
            maxLength={120}
            autoComplete="off"
            spellCheck={false}
            placeholder={draft.kind === "anthropic" ? "claude-…" : "gpt-…"}
            value={draft.modelId}
            onChange={(event) => set({ modelId: event.target.value })}
          />
          <Field
            label="Address"
            type="url"
            required
            maxLength={300}
            pattern="https?://.*"
            value={draft.baseUrl}
            onChange={(event) => set({ baseUrl: event.target.value })}
          />
        </>
      )}
    </fieldset>
  );
}

/** The choice as it is sealed; without a key when none was typed. */
export function readModelDraft({ kind, baseUrl, modelId, apiKey }: ModelDraft) {
  if (kind === "demo") return { kind } as const;
  const place = { kind, baseUrl: baseUrl.trim(), modelId: modelId.trim() };
  return apiKey.trim() === "" ? place : { ...place, apiKey: apiKey.trim() };
}
