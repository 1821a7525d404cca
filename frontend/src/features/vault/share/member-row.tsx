import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { LEVEL_NAMES, LEVELS, levelOf, rightsOfLevel, sayAllowed } from "#shared/client/vault/keys/levels.ts";
import { ALL_RIGHTS, namesOfRights, type Rights } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";
import { KnownBy } from "../../../components/people/known-by.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useAnswer } from "../../../lib/vault/items/use-vaults.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { RightTicks } from "./right-ticks.tsx";

interface MemberRowProps {
  readonly vaultId: Id<"vault">;
  readonly person: Id<"user">;
  readonly rights: Rights;
  readonly items: VaultItems;
  readonly email: string;
  readonly isMe: boolean;
  readonly isInOrganisation: boolean;
  readonly mayManage: boolean;
  /** The only one who looks after the vault, who therefore stays. */
  readonly isLast: boolean;
  readonly onNews: (news: string) => void;
  readonly onLeft: () => void;
}

export function MemberRow(props: MemberRowProps) {
  const { person, rights, items, email, isMe, isInOrganisation, mayManage, isLast, onNews } = props;
  const change = useMutation({
    mutationFn: (next: Rights) => items.step((book) => book.setRights(person, next)),
    onSuccess: () => {
      setCustom(undefined);
      onNews(`${email} may do something else now.`);
    },
  });
  const [custom, setCustom] = useState<Rights>(); // while it is being put together
  return (
    <li className="flex flex-col gap-2 p-3">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-0 break-all">
          {email}
          {isMe && <span className="text-quiet"> · you</span>}
        </p>
        {!isMe && isInOrganisation && <KnownBy person={person} email={email} />}
      </div>
      <div className="flex flex-wrap items-center gap-2">
        {mayManage && !isLast ? (
          <select
            aria-label={`What ${email} may do`}
            className="min-h-9 min-w-0 flex-1 rounded-lg border border-quiet bg-panel px-2"
            disabled={change.isPending}
            value={custom === undefined ? (levelOf(rights) ?? "") : CUSTOM}
            onChange={({ target }) => {
              const level = LEVEL_NAMES.find((name) => name === target.value);
              setCustom(target.value === CUSTOM ? rights : undefined);
              if (level && level !== levelOf(rights)) change.mutate(rightsOfLevel(level));
            }}
          >
            {levelOf(rights) === undefined && <option value="">{namesOfRights(rights).join(", ")}</option>}
            {LEVEL_NAMES.map((level) => (
              <option key={level} value={level}>
                {LEVELS[level].name}
              </option>
            ))}
            <option value={CUSTOM}>Custom…</option>
          </select>
        ) : (
          <p className="flex-1 text-[13px] text-quiet">{sayAllowed(rights)}</p>
        )}
        {(mayManage || isMe) && !isLast && <Removal {...props} />}
        {isLast && isMe && <p className="text-[13px] text-quiet">Somebody has to look after it.</p>}
      </div>
      {custom !== undefined && (
        <>
          <RightTicks legend={`Rights of ${email}`} rights={custom} within={ALL_RIGHTS} onChange={setCustom} />
          <div className="flex justify-end gap-2">
            <Button look="plain" onClick={() => setCustom(undefined)}>
              Cancel
            </Button>
            <Button disabled={change.isPending || custom === rights} onClick={() => change.mutate(custom)}>
              Save
            </Button>
          </div>
        </>
      )}
      {change.error && <Problem error={change.error} />}
    </li>
  );
}

const CUSTOM = "custom";

function Removal({ vaultId, person, items, email, isMe, mayManage, onNews, onLeft }: MemberRowProps) {
  const [isAsking, setAsking] = useState(false);
  const leave = useAnswer();
  const remove = async () => {
    if (isMe && !mayManage) await leave.mutateAsync({ vaultId, answer: "decline" });
    else await items.step((book) => book.removeMember(person));
  };
  return (
    <>
      <Button look="plain" aria-label={isMe ? "Leave the vault" : `Remove ${email}`} onClick={() => setAsking(true)}>
        {isMe ? "Leave" : "Remove"}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={isMe ? "Leave the vault" : `Remove ${email}`}
        action={isMe ? "Leave" : "Remove and change the key"}
        refusal="The vault was changed meanwhile. Look at the list, then try again."
        onConfirm={async () => {
          await remove();
          onNews(`${email} does not have this vault any more.`);
          if (isMe) onLeft();
        }}
      >
        {mayManage && <p>The vault gets another key, and everything in it is sealed anew, for those who stay.</p>}
        <p>
          What {isMe ? "you" : "they"} could read until now may have been kept. Change those passwords and keys at their
          providers.
        </p>
      </ConfirmDialog>
    </>
  );
}
