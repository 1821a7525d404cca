import { Search } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { findItems } from "#shared/client/vault/items/find-items.ts";
import { ITEM_TYPES, KINDS } from "#shared/client/vault/items/item-kinds.ts";
import type { ItemType } from "#shared/client/vault/items/item-model.ts";
import { may, type Rights } from "#shared/crypto/vault/rights.ts";
import type { ItemsView, VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { EmptyVault } from "./empty-vault.tsx";
import { ItemList } from "./item-list.tsx";
import { ListSkeleton } from "./list-skeleton.tsx";

interface ItemBrowserProps {
  readonly items: VaultItems;
  readonly view: ItemsView;
  /** What one may do in this vault. */
  readonly rights: Rights;
  readonly current: string | undefined;
  readonly onGo: (itemId: string | undefined) => void;
}

/** All items, those that fit a search, and what is done to several at once. */
export function ItemBrowser({ items, view, rights, current, onGo }: ItemBrowserProps) {
  const [search, setSearch] = useState("");
  const [type, setType] = useState<ItemType | "all">("all");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => findItems(view.items, search, type), [view.items, search, type]);
  const picked = view.items.filter(({ id }) => chosen.has(id));
  if (view.items.length === 0)
    return view.is === "whole" ? (
      <EmptyVault mayWrite={may(rights, "write")} onGo={onGo} />
    ) : (
      <ListSkeleton view={view} />
    );
  const toggle = ({ id }: Listed) => setChosen((was) => withToggled(was, id));
  return (
    <>
      <Filters {...{ search, setSearch, type, setType }} />
      <p role="status" className="px-4 pb-1 text-[13px] text-quiet tabular-nums">
        {countOf(found.length, view)}
      </p>
      <ItemList
        found={found}
        current={current}
        chosen={chosen}
        onGo={onGo}
        onToggle={may(rights, "delete") ? toggle : undefined}
      />
      {picked.length > 0 && (
        <BulkBar
          picked={picked}
          onRemove={() => items.remove(picked)}
          onClear={() => setChosen(new Set())}
          onAll={picked.length < found.length ? () => setChosen(new Set(found.map(({ id }) => id))) : undefined}
        />
      )}
    </>
  );
}

function withToggled(was: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const now = new Set(was);
  if (!now.delete(id)) now.add(id);
  return now;
}

function countOf(found: number, { is, items }: ItemsView): string {
  const number = new Intl.NumberFormat().format;
  if (is === "reading") return `${number(items.length)} read so far; checking that they are all`;
  const all = items.length === 1 ? "1 item" : `${number(items.length)} items`;
  return found === items.length ? all : `${number(found)} of ${all}`;
}

interface FiltersProps {
  readonly search: string;
  readonly setSearch: (search: string) => void;
  readonly type: ItemType | "all";
  readonly setType: (type: ItemType | "all") => void;
}

function Filters({ search, setSearch, type, setType }: FiltersProps) {
  const searchId = useId();
  const typeId = useId();
  return (
    <search className="flex gap-2 px-4 pb-2">
      <div className="relative min-w-0 flex-1">
        <label htmlFor={searchId} className="sr-only">
          Search names
        </label>
        <Search size={16} aria-hidden className="pointer-events-none absolute top-2.5 left-3 text-quiet" />
        <input
          id={searchId}
          type="search"
          autoComplete="off"
          placeholder="Search names"
          className="min-h-9 w-full rounded-lg border border-quiet bg-panel pr-3 pl-9"
          value={search}
          onChange={({ target }) => setSearch(target.value)}
        />
      </div>
      <label htmlFor={typeId} className="sr-only">
        Kind
      </label>
      <select
        id={typeId}
        className="min-h-9 rounded-lg border border-quiet bg-panel px-2"
        value={type}
        onChange={({ target }) => setType(target.value as ItemType | "all")} // one of the options below
      >
        <option value="all">All kinds</option>
        {ITEM_TYPES.map((one) => (
          <option key={one} value={one}>
            {KINDS[one].name}
          </option>
        ))}
      </select>
    </search>
  );
}
