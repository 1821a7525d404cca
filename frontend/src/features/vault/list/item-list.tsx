import { useVirtualizer } from "@tanstack/react-virtual";
import { FileQuestion } from "lucide-react";
import { useRef } from "react";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { nameOf } from "#shared/client/vault/items/find-items.ts";
import { KINDS } from "#shared/client/vault/items/item-kinds.ts";
import { KIND_ICONS } from "../kind-icons.ts";

interface ItemListProps {
  readonly found: readonly Listed[];
  readonly current: string | undefined;
  readonly chosen: ReadonlySet<string>;
  readonly onGo: (itemId: string) => void;
  /** None where nothing can be done to several at once. */
  readonly onToggle: ((item: Listed) => void) | undefined;
}

const ROW_PX = 56;

/** Only the rows in sight exist, so that ten thousand scroll as ten do. */
export function ItemList({ found, current, chosen, onGo, onToggle }: ItemListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: found.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    getItemKey: (index) => found[index]?.id ?? index,
    overscan: 8,
    initialRect: { width: 0, height: 600 },
  });
  if (found.length === 0)
    return <p className="px-4 py-2 text-quiet">No item fits. The search looks at names and user names.</p>;
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto border-t border-line">
      <ul aria-label="Items" className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const item = found[index];
          return (
            item && (
              <li
                key={key}
                aria-setsize={found.length}
                aria-posinset={index + 1}
                className="absolute inset-x-0 top-0 flex items-center border-b border-line"
                style={{ height: ROW_PX, transform: `translateY(${start}px)` }}
              >
                <Row
                  item={item}
                  isCurrent={item.id === current}
                  isChosen={chosen.has(item.id)}
                  onGo={() => onGo(item.id)}
                  onToggle={onToggle && (() => onToggle(item))}
                />
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

interface RowProps {
  readonly item: Listed;
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly onGo: () => void;
  readonly onToggle: (() => void) | undefined;
}

function Row({ item, isCurrent, isChosen, onGo, onToggle }: RowProps) {
  const { entry } = item;
  const Icon = entry ? KIND_ICONS[entry.type] : FileQuestion;
  return (
    <>
      {onToggle && (
        <label className="flex size-11 shrink-0 cursor-pointer items-center justify-center">
          <span className="sr-only">Choose {nameOf(item)}</span>
          <input type="checkbox" className="size-4 accent-accent" checked={isChosen} onChange={onToggle} />
        </label>
      )}
      <button
        type="button"
        aria-current={isCurrent}
        className="flex h-full min-w-0 flex-1 cursor-pointer items-center gap-3 pr-4 text-left hover:bg-panel aria-[current=true]:bg-panel first:pl-4"
        onClick={onGo}
      >
        <Icon size={18} aria-hidden className="shrink-0 text-quiet" />
        <span className="min-w-0 flex-1">
          <span className="block truncate font-medium">{nameOf(item)}</span>
          {entry?.exposedAt ? (
            <span className="block truncate text-[13px] text-warn">Change it at the provider</span>
          ) : (
            <span className="block truncate text-[13px] text-quiet">
              {entry ? entry.detail || KINDS[entry.type].name : "Made by a newer version of this app"}
            </span>
          )}
        </span>
      </button>
    </>
  );
}
