import { useState } from "react";
import type { VaultHead } from "#shared/client/vault/head.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { membersOf } from "#shared/crypto/vault/chain.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { Waiting } from "../../../components/waiting.tsx";
import { useMembers } from "../../../lib/people/use-members.ts";
import { useMe } from "../../../lib/use-me.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { AddMember } from "./add-member.tsx";
import { MemberRow } from "./member-row.tsx";

interface MemberListProps {
  readonly head: VaultHead;
  readonly items: VaultItems;
  readonly onLeft: () => void;
}

/** Who belongs to the vault as its signed chain says; the platform only says what each is called. */
export function MemberList({ head, items, onLeft }: MemberListProps) {
  const people = useMembers();
  const { me } = useMe();
  const [news, setNews] = useState("");
  const members = membersOf(head.chain);
  const nameOf = (all: readonly Member[], person: Id<"user">) =>
    all.find(({ userId }) => userId === person)?.email ?? "Somebody who left the organisation";
  return (
    <Waiting query={people} lines={2}>
      {(all) => (
        <>
          <p role="status" className="text-good empty:hidden">
            {news}
          </p>
          <ul aria-label="Members of the vault" className="divide-y divide-line rounded-lg border border-line">
            {members.map(({ person, rights }) => (
              <MemberRow
                key={person}
                {...{ person, rights, items }}
                vaultId={head.vaultId}
                email={nameOf(all, person)}
                isMe={person === me?.userId}
                isInOrganisation={all.some(({ userId }) => userId === person)}
                mayManage={may(head.rights, "admin")}
                isLast={may(rights, "admin") && members.filter((one) => may(one.rights, "admin")).length === 1}
                onNews={setNews}
                onLeft={onLeft}
              />
            ))}
          </ul>
          {may(head.rights, "share") && (
            <AddMember
              items={items}
              rights={head.rights}
              people={all.filter(({ userId }) => !members.some(({ person }) => person === userId))}
              onNews={setNews}
            />
          )}
        </>
      )}
    </Waiting>
  );
}
