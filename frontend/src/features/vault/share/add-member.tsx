import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { LEVEL_NAMES, LEVELS, type LevelName, rightsOfLevel } from "#shared/client/vault/levels.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { isWithin, type Rights } from "#shared/crypto/vault/rights.ts";
import { Button } from "../../../components/button.tsx";
import { KnownBy } from "../../../components/people/known-by.tsx";
import { Problem } from "../../../components/problem.tsx";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";

interface AddMemberProps {
  readonly items: VaultItems;
  /** What one may do oneself: nobody gives more. */
  readonly rights: Rights;
  readonly people: readonly Member[];
  readonly onNews: (news: string) => void;
}

export function AddMember({ items, rights, people, onNews }: AddMemberProps) {
  const [chosen, setChosen] = useState<Member>();
  const [level, setLevel] = useState<LevelName>("read");
  const id = useId();
  const add = useMutation({
    mutationFn: ({ userId }: Member) => items.step((book) => book.addMember(userId, rightsOfLevel(level))),
    onSuccess: (_, { email }) => {
      setChosen(undefined);
      onNews(`${email} is offered this vault.`);
    },
  });
  if (people.length === 0)
    return <p className="text-quiet">Everybody of your organisation is here. Invite others on the page People.</p>;
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen) add.mutate(chosen);
      }}
    >
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="font-medium">
          Add somebody
        </label>
        <select
          id={id}
          className="min-h-9 rounded-lg border border-quiet bg-panel px-2"
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
        <>
          <div className="flex">
            <KnownBy person={chosen.userId} email={chosen.email} />
          </div>
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1 font-medium">What they may do</legend>
            {LEVEL_NAMES.filter((name) => isWithin(rightsOfLevel(name), rights)).map((name) => (
              <label key={name} className="flex min-h-9 cursor-pointer items-center gap-2">
                <input
                  type="radio"
                  className="size-4 shrink-0 accent-accent"
                  name={`${id}-level`}
                  checked={level === name}
                  onChange={() => setLevel(name)}
                />
                <span>
                  {LEVELS[name].name}
                  <span className="text-quiet"> · {LEVELS[name].says}</span>
                </span>
              </label>
            ))}
          </fieldset>
        </>
      )}
      {add.error && <Problem error={add.error} />}
      <div className="flex justify-end">
        <Button type="submit" disabled={!chosen || add.isPending}>
          {chosen ? `Share with ${chosen.email}` : "Share"}
        </Button>
      </div>
    </form>
  );
}
