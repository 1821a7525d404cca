import { useState } from "react";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Role } from "#shared/permissions.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { ROLE_WORDS, rolesToGive } from "../rules.ts";
import { useChangeRole } from "../use-people.ts";
import { RoleChoice } from "./role-choice.tsx";

export interface ChangeRoleProps {
  readonly member: Member;
  readonly me: Role;
  readonly isMyself: boolean;
  readonly onDone: () => void;
}

/** The version of the row goes along: where someone else changed this person meanwhile, nothing is overwritten. */
export function ChangeRoleForm({ member, me, isMyself, onDone }: ChangeRoleProps) {
  const [role, setRole] = useState<Role>(member.role);
  const change = useChangeRole();
  const isLosing = isMyself && role !== member.role;

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate({ member, role }, { onSuccess: onDone });
      }}
    >
      <RoleChoice roles={rolesToGive(me)} chosen={role} onChoose={setRole} />
      {isLosing && (
        <p className="text-warn">
          This is you. As {ROLE_WORDS[role].name.toLowerCase()} you cannot take your present role back yourself.
        </p>
      )}
      {change.error && <Problem error={change.error} />}
      <Button type="submit" disabled={change.isPending || role === member.role}>
        {role === member.role ? "Choose another role" : `Make ${isMyself ? "yourself" : member.email} ${sayRole(role)}`}
      </Button>
    </form>
  );
}

const sayRole = (role: Role): string => (/^[aeiou]/.test(role) ? `an ${role}` : `a ${role}`);
