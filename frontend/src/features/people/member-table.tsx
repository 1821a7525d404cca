import { useState } from "react";
import type { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import { allows, type Role } from "#shared/permissions.ts";
import { Button } from "../../components/button.tsx";
import { KnownBy } from "../../components/people/known-by.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { useOpenVault } from "../../lib/vault/items/use-vaults.ts";
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
  const isOpen = useOpenVault() !== undefined; // whose keys are known stands in one's own vault
  return (
    <div className="rounded-lg border border-line bg-panel">
      <table className="w-full text-left">
        <thead className="border-b border-line text-[13px] text-quiet max-sm:sr-only">
          <tr>
            <th className="p-3 font-medium">Person</th>
            <th className="p-3 font-medium">Role</th>
            <th className="p-3 font-medium">Joined</th>
            {isOpen && <th className="p-3 font-medium">Keys</th>}
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
                {member.userId === me.userId && <span className="whitespace-nowrap text-quiet"> · you</span>}
              </td>
              <td className="sm:p-3">{ROLE_WORDS[member.role].name}</td>
              <td className="whitespace-nowrap text-quiet sm:p-3">
                <RelativeTime at={member.joinedAt} />
              </td>
              {isOpen && (
                <td className="sm:p-3">
                  {member.userId !== me.userId && <Keys member={member} isAtOnce={members.length <= AT_ONCE_MAX} />}
                </td>
              )}
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

const AT_ONCE_MAX = 20; // the keys of each are asked for by themselves, in a few calls

function Keys({ member: { userId, email }, isAtOnce }: { member: Member; isAtOnce: boolean }) {
  const [isAsked, setAsked] = useState(isAtOnce);
  if (isAsked) return <KnownBy person={userId} email={email} />;
  return (
    <Button look="plain" aria-label={`Look at the keys of ${email}`} onClick={() => setAsked(true)}>
      Look
    </Button>
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
