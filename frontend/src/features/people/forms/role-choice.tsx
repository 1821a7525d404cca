import { useId } from "react";
import type { Role } from "#shared/permissions.ts";
import { ROLE_WORDS } from "../rules.ts";

export interface RoleChoiceProps<R extends Role> {
  readonly roles: readonly R[];
  readonly chosen: R;
  readonly onChoose: (role: R) => void;
}

/** The roles one may give, each with what it may do. */
export function RoleChoice<R extends Role>({ roles, chosen, onChoose }: RoleChoiceProps<R>) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">Role</legend>
      {roles.map((role) => (
        <label
          key={role}
          className="flex cursor-pointer items-start gap-2 rounded-lg border border-line p-2 has-checked:border-accent"
        >
          <input
            type="radio"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            name={name}
            value={role}
            checked={role === chosen}
            onChange={() => onChoose(role)}
          />
          <span className="min-w-0">
            <span className="font-medium">{ROLE_WORDS[role].name}</span>
            <span className="block text-[13px] text-quiet">{ROLE_WORDS[role].says}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
