import { useId, useState } from "react";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/field.tsx";
import { KnownBy } from "../../../components/people/known-by.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useGive } from "../../../lib/shares/use-shares.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";

interface ShareFormProps {
  readonly items: VaultItems;
  readonly itemId: Id<"item">;
  /** Of which only the name can be given. */
  readonly isFile: boolean;
  readonly people: readonly Member[];
  readonly onDone: (email: string) => void;
}

const SELECT = "min-h-9 rounded-lg border border-quiet bg-panel px-2";

/** To whom, what they may see, until when and how often. */
export function ShareForm({ items, itemId, isFile, people, onDone }: ShareFormProps) {
  const [chosen, setChosen] = useState<Member>();
  const [level, setLevel] = useState<"list" | "read">(isFile ? "list" : "read");
  const [until, setUntil] = useState("");
  const [opens, setOpens] = useState("");
  const give = useGive(items, itemId);
  const id = useId();
  if (people.length === 0)
    return <p className="text-quiet">Nobody else is in your organisation. Invite others on the page People.</p>;
  const submit = ({ userId: to, email }: Member) => {
    const expiresAt = until === "" ? null : new Date(until);
    const opensMax = opens === "" ? null : Number(opens);
    give.mutate({ to, level, expiresAt, opensMax }, { onSuccess: () => onDone(email) });
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) submit(chosen);
      }}
    >
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="font-medium">
          With whom
        </label>
        <select
          id={id}
          className={SELECT}
          value={chosen?.userId ?? ""}
          onChange={({ target }) => setChosen(people.find(({ userId }) => userId === target.value))}
        >
          <option value="">Choose a person</option>
          {people.map(({ userId, email }) => (
            <option key={userId} value={userId}>
              {email}
            </option>
          ))}
        </select>
      </div>
      {chosen && (
        <div className="flex">
          <KnownBy person={chosen.userId} email={chosen.email} />
        </div>
      )}
      <LevelChoice {...{ level, isFile }} onPick={setLevel} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Until (or empty)"
          type="datetime-local"
          value={until}
          onChange={({ target }) => setUntil(target.value)}
        />
        <Field
          label="How often (or empty)"
          type="number"
          min={1}
          max={999}
          step={1}
          placeholder="as often as they like"
          value={opens}
          onChange={({ target }) => setOpens(target.value)}
        />
      </div>
      <p className="text-quiet">The platform sees that you share something, with whom and on which terms; not what.</p>
      {give.error && <Problem error={give.error} />}
      <div className="flex justify-end">
        <Button type="submit" disabled={!chosen || give.isPending}>
          {chosen ? `Offer it to ${chosen.email}` : "Offer it"}
        </Button>
      </div>
    </form>
  );
}

interface LevelChoiceProps {
  readonly level: "list" | "read";
  readonly isFile: boolean;
  readonly onPick: (level: "list" | "read") => void;
}

const LEVELS = [
  ["list", "May see the name", "and what stands beside it in lists"],
  ["read", "May read", "opens and copies what is in it"],
] as const;

function LevelChoice({ level, isFile, onPick }: LevelChoiceProps) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">What they may do</legend>
      {LEVELS.filter(([one]) => !isFile || one === "list").map(([one, words, says]) => (
        <label key={one} className="flex min-h-9 cursor-pointer items-center gap-2">
          <input
            type="radio"
            className="size-4 shrink-0 accent-accent"
            name={name}
            checked={level === one}
            onChange={() => onPick(one)}
          />
          <span>
            {words}
            <span className="text-quiet"> · {says}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
