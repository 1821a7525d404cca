import { KINDS } from "#shared/client/vault/items/item-kinds.ts";
import type { ItemType } from "#shared/client/vault/items/item-model.ts";
import { KIND_ICONS } from "../kind-icons.ts";

const EXAMPLES = ["login", "api_key", "note", "file"] as const satisfies readonly ItemType[];

/** Four ways to begin. */
export function EmptyVault({ mayWrite, onGo }: { mayWrite: boolean; onGo: (to: string) => void }) {
  if (!mayWrite) return <p className="p-4">Nothing is kept here yet.</p>;
  return (
    <div className="flex flex-col gap-3 p-4">
      <p>
        Nothing is kept here yet. Each item is sealed on this device before it leaves it; the service stores what it
        cannot read.
      </p>
      <ul aria-label="Kinds of item" className="divide-y divide-line rounded-lg border border-line bg-panel">
        {EXAMPLES.map((type) => {
          const { name, says } = KINDS[type];
          const Icon = KIND_ICONS[type];
          return (
            <li key={type}>
              <button
                type="button"
                className="flex min-h-14 w-full cursor-pointer items-center gap-3 px-3 py-2 text-left hover:bg-page"
                onClick={() => onGo(`new-${type}`)}
              >
                <Icon size={18} aria-hidden className="shrink-0 text-quiet" />
                <span className="min-w-0">
                  <span className="block font-medium">{name}</span>
                  <span className="block text-[13px] text-quiet">{says}</span>
                </span>
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
