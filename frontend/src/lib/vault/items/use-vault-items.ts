import { useEffect, useSyncExternalStore } from "react";
import type { Which } from "#shared/client/vault/state.ts";
import { vaultState } from "../vault.ts";
import type { ItemsView, VaultItems } from "./vault-items.ts";

const NOTHING: ItemsView = { is: "reading", items: [] };
const nothing = () => NOTHING;
const never = () => () => undefined;

/** A vault's items, read anew whenever a page that shows them is come to. Undefined while it is locked. */
export function useVaultItems(which: Which = "own"): {
  readonly items: VaultItems | undefined;
  readonly view: ItemsView;
} {
  const vault = useSyncExternalStore(vaultState.subscribe, vaultState.get);
  const items = vault.is === "open" ? vault.vaults.itemsOf(which) : undefined;
  useEffect(() => void items?.refresh(), [items]);
  const view = useSyncExternalStore(items?.subscribe ?? never, items?.get ?? nothing);
  return { items, view };
}
