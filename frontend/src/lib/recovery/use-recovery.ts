import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { RecoverySet } from "#shared/contracts/recovery.ts";
import { recovery } from "../api.ts";
import { useOpenVaults } from "../vault/items/use-vaults.ts";

const NEWS_MS = 60_000;
const all = ["recovery"] as const;

/** Who holds a share of one's own recovery key. */
export const useRecoverySet = () =>
  useQuery({ queryKey: [...all, "set"], queryFn: async () => (await recovery.getSet({})).set });

/** Those of them who cannot open their share any more; it takes an open vault to know whose keys are whose. */
export function useStaleContacts(set: RecoverySet | null) {
  const load = useOpenVaults();
  return useQuery({
    queryKey: [...all, "stale", set?.setId],
    enabled: load !== undefined && set !== null,
    queryFn: async () => {
      if (!load || !set) return [];
      const { findStaleContacts } = await import("#shared/client/recovery/stale-shares.ts");
      return findStaleContacts(await load(), set);
    },
  });
}

/** What is under way for one's own account; looked at again each minute, so that every device hears of it. */
export const useOwnRecoveries = () =>
  useQuery({ queryKey: [...all, "own"], queryFn: () => recovery.list({}), refetchInterval: NEWS_MS });

/** The shares one holds for others. */
export const useHeldShares = () =>
  useQuery({
    queryKey: [...all, "held"],
    queryFn: async () => (await recovery.listHeld({})).items,
    refetchInterval: NEWS_MS,
  });

/** Something about recovery that is done once and changes what the pages show. */
export function useRecoveryChange<T>(work: (input: T) => Promise<void>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: work,
    gcTime: 0, // a passphrase may be among what was given
    onSettled: () => Promise.all([all, ["keyring"]].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
