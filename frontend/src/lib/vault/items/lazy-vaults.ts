import type { Shares, SharesApi } from "#shared/client/shares/shares.ts";
import type { Which } from "#shared/client/vault/state.ts";
import type { Vaults, VaultsInput } from "#shared/client/vault/vaults.ts";
import { type Hearing, keepItems, type VaultItems } from "./vault-items.ts";

/** The vaults of the person while theirs is open. Their code comes with the first page that shows one: a chat does without it. */
export interface LazyVaults {
  load(): Promise<Vaults>;
  /** What is shared item by item; its code comes likewise. */
  shares(): Promise<Shares>;
  itemsOf(which: Which): VaultItems;
}

/** Whichever vault it is, `hearing` hears of it. */
export function lazyVaults(
  input: VaultsInput & { readonly shares: SharesApi },
  hearing: (which: Which) => Hearing,
): LazyVaults {
  const known = new Map<Which, VaultItems>();
  let loading: Promise<Vaults> | undefined;
  const load = () => {
    loading ??= import("#shared/client/vault/vaults.ts").then(({ openVaults }) => openVaults(input));
    loading.catch(() => {
      loading = undefined; // the network was away
    });
    return loading;
  };
  return {
    load,
    async shares() {
      const [{ people }, { openShares }] = await Promise.all([load(), import("#shared/client/shares/shares.ts")]);
      return openShares({ api: input.shares, account: input.account, people, now: input.now });
    },
    itemsOf(which) {
      const items = known.get(which) ?? keepItems(async () => (await load()).open(which), hearing(which));
      known.set(which, items);
      return items;
    },
  };
}
