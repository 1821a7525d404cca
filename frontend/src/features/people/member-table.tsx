import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { allows, type Role } from "#shared/permissions.ts";
import { Button } from "../../components/button.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { mayChange, ROLE_WORDS } from "./rules.ts";

export interface MemberTableProps {
  readonly members: readonly Member[];
  readonly me: { readonly userId: Id<"user">; readonly role: Role };
  readonly onChange: (member: Member) => void;
  readonly onRemove: (member: Member) => void;
}

/** Everyone, with what may be done to each; where one may not be touched, the reason stands in place of the buttons. */
export function MemberTable({ members, me, onChange, onRemove }: MemberTableProps) {
  const mayAct = allows(me.role, "members:write");
  return (
    <div className="rounded-lg border border-line bg-panel">
      <table className="w-full text-left">
        <thead className="border-b border-line text-[13px] text-quiet max-sm:sr-only">
          <tr>
            <th className="p-3 font-medium">Person</th>
            <th className="p-3 font-medium">Role</th>
            <th className="p-3 font-medium">Joined</th>
            {mayAct && <th className="p-3 font-medium">Actions</th>}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {members.map((member) => (
            <tr
              key={member.userId}
              className="max-sm:flex max-sm:flex-wrap max-sm:items-center max-sm:gap-x-3 max-sm:p-3"
            >
              <td className="break-all sm:p-3 max-sm:w-full">
                {member.email}
                {member.userId === me.userId && <span className="text-quiet"> · you</span>}
              </td>
              <td className="sm:p-3">{ROLE_WORDS[member.role].name}</td>
              <td className="whitespace-nowrap text-quiet sm:p-3">
                <RelativeTime at={member.joinedAt} />
              </td>
              {mayAct && (
                <td className="max-sm:mt-2 max-sm:w-full sm:p-3">
                  <Acts {...{ member, members, me, onChange, onRemove }} />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Acts({ member, members, me, onChange, onRemove }: MemberTableProps & { member: Member }) {
  const verdict = mayChange(me.role, member, members);
  if (!verdict.may) return <span className="text-[13px] text-quiet">{verdict.why}</span>;
  const isMyself = member.userId === me.userId;
  return (
    <div className="flex gap-2">
      <Button look="plain" aria-label={`Change role of ${member.email}`} onClick={() => onChange(member)}>
        Change role
      </Button>
      <Button
        look="plain"
        aria-label={isMyself ? "Leave the organisation" : `Remove ${member.email}`}
        onClick={() => onRemove(member)}
      >
        {isMyself ? "Leave" : "Remove"}
      </Button>
    </div>
  );
}
