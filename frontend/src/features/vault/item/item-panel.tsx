import { useMutation } from "@tanstack/react-query";
import { ArrowLeft } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useState } from "react";
import { emptyForm, formOf, ITEM_TYPES } from "#shared/client/vault/items/item-kinds.ts";
import { ItemChanged } from "#shared/client/vault/trouble.ts";
import { may, type Rights } from "#shared/crypto/vault/rights.ts";
import { idOf, newId } from "#shared/ids.ts";
import { PageWaiting } from "../../../components/page-waiting.tsx";
import { useSessions } from "../../../lib/agent-session/use-sessions.ts";
import type { ItemsView, VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { AgentAccess } from "../agents/agent-access.tsx";
import { ItemShares } from "../item-shares/item-shares.tsx";
import { ItemEditor, type Start } from "./item-editor.tsx";

interface ItemPanelProps {
  readonly items: VaultItems;
  readonly view: ItemsView;
  /** An item's id, or "new" and perhaps which kind. */
  readonly itemId: string;
  /** What one may do in this vault. */
  readonly rights: Rights;
  readonly onGo: (itemId: string | undefined) => void;
}

/** One item, open. */
export function ItemPanel({ items, view, itemId, rights, onGo }: ItemPanelProps) {
  const notes = useSessions()?.notes;
  const [round, setRound] = useState(0); // another each time that the item was sealed anew beneath the page
  const entry = view.items.find(({ id }) => id === itemId)?.entry;
  return (
    <section aria-label="Item" className="flex min-h-0 min-w-0 flex-1 flex-col lg:overflow-y-auto">
      <div className="px-4 pt-3 lg:hidden">
        <h1 className="sr-only">Vault</h1>
        <button
          type="button"
          className="inline-flex min-h-9 cursor-pointer items-center gap-1.5 text-quiet hover:text-ink"
          onClick={() => onGo(undefined)}
        >
          <ArrowLeft size={16} aria-hidden /> All items
        </button>
      </div>
      {may(rights, "read") ? (
        <Opened key={round} items={items} itemId={itemId}>
          {(start) => (
            <>
              {notes && <ItemEditor key={start.at.id} {...{ start, items, notes, rights, onGo }} draft={itemId} />}
              {start.at.version > 0 && start.form.type !== "file" && (
                <AgentAccess {...{ items }} itemId={start.at.id} form={start.form} />
              )}
            </>
          )}
        </Opened>
      ) : (
        <OnlyNamed />
      )}
      {entry && (
        <ItemShares
          {...{ items, view, entry, rights }}
          itemId={idOf("item").parse(itemId)}
          onSealedAnew={() => setRound((before) => before + 1)}
        />
      )}
    </section>
  );
}

function Opened({
  items,
  itemId,
  children,
}: Pick<ItemPanelProps, "items" | "itemId"> & { children: (start: Start) => ReactNode }) {
  const fresh = useMemo(() => startOfNew(itemId), [itemId]);
  const { mutate: read, ...reading } = useMutation({
    mutationFn: async (): Promise<Start> => {
      const { entry, content, ...at } = await items.read(idOf("item").parse(itemId));
      return { at, form: formOf(entry, content), updatedAt: at.updatedAt };
    },
    gcTime: 0, // what it read is secret
  });
  useEffect(() => {
    if (!fresh) read();
  }, [fresh, read]);
  const start = fresh ?? reading.data;
  if (start) return children(start);
  if (reading.error instanceof ItemChanged) return <Gone />;
  return (
    <PageWaiting
      query={{ data: undefined, error: reading.error, isFetching: reading.isPending, refetch: () => read() }}
    />
  );
}

/** Before the chain was read, and for who may list and not read. */
const OnlyNamed = () => (
  <div className="m-4 flex max-w-md flex-col gap-1 rounded-lg border border-line bg-panel p-4">
    <p className="font-medium">You see that this is here</p>
    <p>What is in it can be opened by members who may read. You hold no key for it.</p>
  </div>
);

/** Also a link that was mistyped. */
const Gone = () => (
  <div role="alert" className="m-4 flex max-w-md flex-col gap-1 rounded-lg border border-line bg-panel p-4">
    <p className="font-medium">There is no such item</p>
    <p>It was removed on one of your devices, or the address is not right.</p>
  </div>
);

function startOfNew(itemId: string): Start | undefined {
  if (itemId !== "new" && !itemId.startsWith("new-")) return undefined;
  const type = ITEM_TYPES.find((one) => itemId === `new-${one}`) ?? "login";
  return { at: { id: newId("item", new Date()), version: 0 }, form: emptyForm(type), updatedAt: undefined };
}
