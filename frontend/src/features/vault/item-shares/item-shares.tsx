import { UserPlus } from "lucide-react";
import { useState } from "react";
import type { Entry } from "#shared/client/vault/items/item-model.ts";
import type { Share } from "#shared/contracts/shares.ts";
import { may, type Rights } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useMembers } from "../../../lib/people/use-members.ts";
import { useGiven } from "../../../lib/shares/use-shares.ts";
import { useMe } from "../../../lib/use-me.ts";
import type { ItemsView, VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { ShareForm } from "./share-form.tsx";
import { ShareRow } from "./share-row.tsx";
import { isLiving } from "./share-words.ts";

interface ItemSharesProps {
  readonly items: VaultItems;
  readonly view: ItemsView;
  readonly itemId: Id<"item">;
  readonly entry: Entry;
  readonly rights: Rights;
  /** Its keys are others: it has another version. */
  readonly onSealedAnew: () => void;
}

/** Who is given this one item, beside the members of its vault. */
export function ItemShares({ items, view, itemId, entry, rights, onSealedAnew }: ItemSharesProps) {
  const [isOpen, setOpen] = useState(false);
  const [news, setNews] = useState("");
  const { me } = useMe();
  const people = useMembers();
  const given = useGiven(view.head?.vaultId);
  const emailOf = ({ to }: Share) => people.data?.find(({ userId }) => userId === to)?.email ?? "Somebody who left";
  if (!may(rights, "share")) return null;
  return (
    <section
      aria-labelledby="shares-of-item"
      className="mx-auto flex w-full max-w-2xl flex-col gap-3 px-4 pt-2 pb-20 lg:pb-6"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="shares-of-item" className="font-semibold">
          Shared with
        </h2>
        <Button look="plain" onClick={() => setOpen(true)}>
          <UserPlus size={16} aria-hidden /> Share this item
        </Button>
      </div>
      <p role="status" className="text-good empty:hidden">
        {news}
      </p>
      <Waiting query={given} lines={1}>
        {(all) => {
          const shares = all.filter((share) => share.itemId === itemId).toSorted((a, b) => rank(a) - rank(b));
          if (shares.length === 0) return <p className="text-quiet">Nobody beside those who have this vault.</p>;
          return (
            <ul
              aria-label="Shares of this item"
              className="divide-y divide-line rounded-lg border border-line bg-panel"
            >
              {shares.map((share) => (
                <ShareRow
                  key={share.id}
                  {...{ share, items }}
                  email={emailOf(share)}
                  mayRevoke={share.from === me?.userId ? !share.isOfGrant : may(rights, "admin")}
                  onRevoked={({ isExposed, isSealedAnew }) => {
                    setNews(sayRevoked(emailOf(share), isExposed));
                    if (isSealedAnew) onSealedAnew();
                  }}
                />
              ))}
            </ul>
          );
        }}
      </Waiting>
      <Dialog open={isOpen} title={`Share ${entry.name}`} onClose={() => setOpen(false)}>
        <ShareForm
          {...{ items, itemId }}
          isFile={entry.type === "file"}
          people={(people.data ?? []).filter(({ userId }) => userId !== me?.userId)}
          onDone={(email) => {
            setOpen(false);
            setNews(`${email} is offered this item.`);
          }}
        />
      </Dialog>
    </section>
  );
}

const sayRevoked = (email: string, isExposed: boolean): string =>
  `${email} opens this item no more.${isExposed ? " They have opened it: change the secret at its provider." : ""}`;

const rank = (share: Share): number => (isLiving(share) ? 0 : 1);
