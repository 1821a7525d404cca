import { Users } from "lucide-react";
import { useState } from "react";
import { membersOf } from "#shared/crypto/vault/chain.ts";
import { may, namesOfRights } from "#shared/crypto/vault/rights.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import type { ItemsView, VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { ChangeQuorum } from "../threshold/change-quorum.tsx";
import { CompareVault } from "./compare-vault.tsx";
import { FollowTenant } from "./follow-tenant.tsx";
import { MemberList } from "./member-list.tsx";
import { sayRights } from "./rights-words.ts";

interface GroupBarProps {
  readonly items: VaultItems;
  readonly view: ItemsView;
  /** The vault is one's own no more: one left it. */
  readonly onGone: () => void;
}

/** Who else has this vault. */
export function GroupBar({ items, view: { head }, onGone }: GroupBarProps) {
  const [isOpen, setOpen] = useState(false);
  if (!head || head.kind === "personal") return null;
  if (head.kind === "threshold") return <ChangeQuorum {...{ head, items }} />;
  const members = membersOf(head.chain);
  const count = members.length === 1 ? "Only you" : `${members.length} people`;
  return (
    <div className="flex flex-col gap-2 px-4 pb-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-[13px] text-quiet">{sayRights(namesOfRights(head.rights))}</p>
        <Button look="plain" onClick={() => setOpen(true)}>
          <Users size={16} aria-hidden /> {count}
        </Button>
      </div>
      {may(head.rights, "admin") && <FollowTenant {...{ head, items }} />}
      <Dialog open={isOpen} title={`Who has ${head.name}`} onClose={() => setOpen(false)}>
        <MemberList
          {...{ head, items }}
          onLeft={() => {
            setOpen(false);
            onGone();
          }}
        />
        <CompareVault vaultId={head.vaultId} items={items} />
      </Dialog>
    </div>
  );
}
