import { useId } from "react";
import type { Member } from "#shared/contracts/tenants.ts";
import { KnownBy } from "./known-by.tsx";

interface ChoosePersonProps {
  readonly label: string;
  readonly people: readonly Member[];
  readonly chosen: Member | undefined;
  readonly onChoose: (person: Member | undefined) => void;
}

/** One person of several, with how their keys are known. */
export function ChoosePerson({ label, people, chosen, onChoose }: ChoosePersonProps) {
  const id = useId();
  return (
    <>
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <select
          id={id}
          className="min-h-9 rounded-lg border border-quiet bg-panel px-2"
          value={chosen?.userId ?? ""}
          onChange={({ target }) => onChoose(people.find(({ userId }) => userId === target.value))}
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
    </>
  );
}
