import { useState } from "react";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Radios } from "../../../components/fields/choices.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { ChoosePerson } from "../../../components/people/choose-person.tsx";
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

/** To whom, what they may see, until when and how often. */
export function ShareForm({ items, itemId, isFile, people, onDone }: ShareFormProps) {
  const [chosen, setChosen] = useState<Member>();
  const [level, setLevel] = useState<"list" | "read">(isFile ? "list" : "read");
  const [until, setUntil] = useState("");
  const [opens, setOpens] = useState("");
  const give = useGive(items, itemId);
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
      <ChoosePerson label="With whom" people={people} chosen={chosen} onChoose={setChosen} />
      <Radios
        legend="What they may do"
        options={LEVELS.filter(({ value }) => !isFile || value === "list")}
        value={level}
        onChoose={setLevel}
      />
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

const LEVELS = [
  { value: "list", text: "May see the name", says: "and what stands beside it in lists" },
  { value: "read", text: "May read", says: "opens and copies what is in it" },
] as const;
