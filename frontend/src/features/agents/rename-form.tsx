import { Pencil } from "lucide-react";
import { useState } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import { Button } from "../../components/button.tsx";
import { Field } from "../../components/fields/field.tsx";
import { Problem } from "../../components/problem.tsx";

interface RenameFormProps {
  readonly agent: Agent;
  /** Refused when the agent changed since it was read: what was typed stays. */
  readonly onRename: (input: { name: string; version: number }) => Promise<unknown>;
}

/** The agent's name, which becomes a field when it is to be changed. */
export function RenameForm({ agent, onRename }: RenameFormProps) {
  const [name, setName] = useState<string>();
  const [error, setError] = useState<unknown>();
  if (name === undefined) {
    return (
      <div className="flex min-w-0 items-center gap-2">
        <h1 className="min-w-0 text-xl font-semibold break-words">{agent.name}</h1>
        <button
          type="button"
          aria-label={`Rename ${agent.name}`}
          className="flex size-9 shrink-0 cursor-pointer items-center justify-center rounded-lg text-quiet hover:text-ink"
          onClick={() => setName(agent.name)}
        >
          <Pencil size={16} aria-hidden />
        </button>
      </div>
    );
  }
  const rename = async () => {
    try {
      if (name.trim() !== agent.name) await onRename({ name: name.trim(), version: agent.version });
      setName(undefined);
      setError(undefined);
    } catch (problem) {
      setError(problem);
    }
  };
  return (
    <form
      className="flex flex-col gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void rename();
      }}
      onKeyDown={(event) => event.key === "Escape" && setName(undefined)}
    >
      <h1 className="sr-only">{agent.name}</h1>
      <div className="flex flex-wrap items-end gap-2">
        <Field
          label="Name"
          required
          maxLength={60}
          autoFocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={name.trim() === ""}>
          Rename
        </Button>
        <Button look="plain" onClick={() => setName(undefined)}>
          Cancel
        </Button>
      </div>
      {error !== undefined && <Problem error={error} />}
    </form>
  );
}
