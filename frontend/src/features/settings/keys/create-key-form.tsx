import { useState } from "react";
import { KEY_SCOPES } from "#shared/permissions.ts";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { Problem } from "../../../components/problem.tsx";
import { SCOPE_WORDS, type Scope } from "./describe-scope.ts";
import { NewKey } from "./new-key.tsx";
import { useCreateApiKey } from "./use-api-keys.ts";

const TERMS = [
  { days: 30, says: "30 days" },
  { days: 90, says: "90 days" },
  { days: 365, says: "a year" },
  { days: null, says: "no end" },
] as const;

/** A name, what the key may do, and for how long; then the key itself, once. */
export function CreateKeyForm({ onDone }: { onDone: () => void }) {
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<readonly Scope[]>([]);
  const [expiresInDays, setDays] = useState<number | null>(90);
  const create = useCreateApiKey();
  if (create.data) return <NewKey name={create.data.name} secret={create.data.secret} onDone={onDone} />;

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate({ name, scopes: [...scopes], expiresInDays });
      }}
    >
      <Field
        label="Name"
        required
        maxLength={80}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <ScopeChoice scopes={scopes} onChange={setScopes} />
      <label className="flex flex-col gap-1">
        <span className="font-medium">Ends after</span>
        <select
          className="min-h-9 rounded-lg border border-quiet bg-panel px-3"
          value={expiresInDays ?? ""}
          onChange={({ target }) => setDays(target.value === "" ? null : Number(target.value))}
        >
          {TERMS.map(({ days, says }) => (
            <option key={says} value={days ?? ""}>
              {says}
            </option>
          ))}
        </select>
      </label>
      {create.error && <Problem error={create.error} />}
      <Button type="submit" disabled={create.isPending || name.trim() === "" || scopes.length === 0}>
        Create API key
      </Button>
    </form>
  );
}

function ScopeChoice({ scopes, onChange }: { scopes: readonly Scope[]; onChange: (scopes: Scope[]) => void }) {
  const toggle = (scope: Scope) =>
    onChange(scopes.includes(scope) ? scopes.filter((other) => other !== scope) : [...scopes, scope]);
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">What it may do</legend>
      {KEY_SCOPES.map((scope) => (
        <label key={scope} className="flex min-h-7 cursor-pointer items-start gap-2">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={scopes.includes(scope)}
            onChange={() => toggle(scope)}
          />
          <span className="min-w-0">
            <span className="font-mono text-[13px]">{scope}</span>{" "}
            <span className="text-quiet">{SCOPE_WORDS[scope]}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
