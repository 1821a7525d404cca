import type { Role } from "#shared/permissions.ts";
import { ChoiceCards } from "../../../components/fields/choice-cards.tsx";
import { ROLE_WORDS } from "../rules.ts";

export interface RoleChoiceProps<R extends Role> {
  readonly roles: readonly R[];
  readonly chosen: R;
  readonly onChoose: (role: R) => void;
}

/** The roles one may give, each with what it may do. */
export function RoleChoice<R extends Role>({ roles, chosen, onChoose }: RoleChoiceProps<R>) {
  const options = roles.map((value) => ({ value, ...ROLE_WORDS[value] }));
  return <ChoiceCards legend="Role" {...{ options, chosen, onChoose }} />;
}
