import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { Lendings } from "#shared/client/lending/lendings.ts";
import { vaultState } from "../vault/vault.ts";

const LENDINGS = ["lendings"] as const;
const LOOK_MS = 20_000;

function useLoad(): () => Promise<Lendings> {
  const vault = useSyncExternalStore(vaultState.subscribe, vaultState.get);
  return async () => {
    if (vault.is !== "open") throw new Error("the vault is locked");
    return vault.lendings();
  };
}

/** What is lent and borrowed, opened and checked; looked at again now and then, because others answer. */
export function useLendings() {
  const load = useLoad();
  return useQuery({
    queryKey: LENDINGS,
    queryFn: async () => (await load()).list(),
    refetchInterval: LOOK_MS,
    gcTime: 0, // what is in it is nobody's business once the vault is locked
  });
}

/** Asks, gives, denies or takes back; the list is read again, whatever came of it. */
export function useLendingChange<T = unknown>() {
  const load = useLoad();
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (change: (lendings: Lendings) => Promise<T>) => change(await load()),
    onSettled: () => client.invalidateQueries({ queryKey: LENDINGS }),
  });
}
