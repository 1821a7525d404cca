import type { Member } from "#shared/contracts/tenants.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useRemoveMember } from "../use-people.ts";

export interface RemoveMemberProps {
  readonly member: Member;
  readonly tenantName: string;
  readonly isMyself: boolean;
  readonly onDone: () => void;
  readonly onCancel: () => void;
}

/** Who goes, what goes with them, what stays: named before it is done. */
export function RemoveMemberForm({ member, tenantName, isMyself, onDone, onCancel }: RemoveMemberProps) {
  const remove = useRemoveMember();
  const they = isMyself ? "You" : "They";
  return (
    <div className="flex flex-col gap-4">
      <p>
        <strong className="break-all">{member.email}</strong> is removed from {tenantName}.
      </p>
      <ul className="flex list-disc flex-col gap-1 pl-5">
        <li>{they} can no longer open anything of this organisation.</li>
        <li>Their API keys of this organisation are deleted and stop within five seconds.</li>
        <li>
          Their agents are stopped and deleted within a minute, with all they knew. Nobody who remains could ever open
          them: the keys are on {isMyself ? "your" : "their"} devices alone.
        </li>
        {!isMyself && (
          <li>
            Shared vaults that they had ask whoever looks after them to take them out. Each then gets another key, and
            everything in it is sealed anew.
          </li>
        )}
      </ul>
      <p className="text-quiet">
        Inviting the same address again gives back the membership, not the API keys or the agents.
      </p>
      {remove.error && <Problem error={remove.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="plain" onClick={onCancel}>
          Cancel
        </Button>
        <Button
          look="danger"
          disabled={remove.isPending}
          onClick={() => remove.mutate(member.userId, { onSuccess: onDone })}
        >
          {isMyself ? `Leave ${tenantName}` : "Remove member"}
        </Button>
      </div>
    </div>
  );
}
