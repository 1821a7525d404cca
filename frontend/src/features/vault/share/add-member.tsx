import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { LEVEL_NAMES, LEVELS, type LevelName, rightsOfLevel } from "#shared/client/vault/keys/levels.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { isWithin, type Rights } from "#shared/crypto/vault/rights.ts";
import { Button } from "../../../components/button.tsx";
import { Radios } from "../../../components/fields/choices.tsx";
import { ChoosePerson } from "../../../components/people/choose-person.tsx";
import { Problem } from "../../../components/problem.tsx";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { RightTicks } from "./right-ticks.tsx";

interface AddMemberProps {
  readonly items: VaultItems;
  /** What one may do oneself: nobody gives more. */
  readonly rights: Rights;
  readonly people: readonly Member[];
  readonly onNews: (news: string) => void;
}

export function AddMember({ items, rights, people, onNews }: AddMemberProps) {
  const [chosen, setChosen] = useState<Member>();
  const [level, setLevel] = useState<LevelName | "custom">("read");
  const [custom, setCustom] = useState(rightsOfLevel("read"));
  const given = level === "custom" ? custom : rightsOfLevel(level);
  const add = useMutation({
    mutationFn: ({ userId }: Member) => items.step((book) => book.addMember(userId, given)),
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
      <ChoosePerson label="Add somebody" people={people} chosen={chosen} onChoose={setChosen} />
      {chosen && (
        <Radios
          legend="What they may do"
          options={[
            ...LEVEL_NAMES.filter((name) => isWithin(rightsOfLevel(name), rights)).map(optionOf),
            { value: "custom", text: "Custom…", says: "Each right by itself" },
          ]}
          value={level}
          onChoose={(next) => {
            setCustom(given);
            setLevel(next);
          }}
        />
      )}
      {chosen && level === "custom" && (
        <RightTicks legend="Their rights" rights={custom} within={rights} onChange={setCustom} />
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

const optionOf = (value: LevelName): { value: LevelName | "custom"; text: string; says: string } => ({
  value,
  text: LEVELS[value].name,
  says: LEVELS[value].says,
});
