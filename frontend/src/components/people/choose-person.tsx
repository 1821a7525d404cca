import type { Member } from "#shared/contracts/tenants.ts";
import { Choose } from "../fields/choices.tsx";
import { KnownBy } from "./known-by.tsx";

interface ChoosePersonProps {
  readonly label: string;
  readonly people: readonly Member[];
  readonly chosen: Member | undefined;
  readonly onChoose: (person: Member | undefined) => void;
}

/** One person of several, with how their keys are known. */
export function ChoosePerson({ label, people, chosen, onChoose }: ChoosePersonProps) {
  return (
    <>
      <Choose
        label={label}
        value={chosen?.userId ?? NOBODY.value}
        options={[NOBODY, ...people.map(({ userId, email }) => ({ value: userId, text: email }))]}
        onChoose={(id) => onChoose(people.find(({ userId }) => userId === id))}
      />
      {chosen && (
        <div className="flex">
          <KnownBy person={chosen.userId} email={chosen.email} />
        </div>
      )}
    </>
  );
}

const NOBODY = { value: "", text: "Choose a person" } as const;
