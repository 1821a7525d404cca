import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { QuorumTerms } from "#shared/client/vault/openings/quorum.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Id } from "#shared/ids.ts";
import { vaultApi } from "../../api.ts";
import { vaultState } from "../vault.ts";

const VAULTS = ["vaults"] as const;

/** The vaults one belongs to, and those one is offered. */
export const useVaultList = () =>
  useQuery({ queryKey: VAULTS, queryFn: async () => (await vaultApi.listVaults({})).items });

/** The open account; undefined while it is locked. */
export function useOpenVault() {
  const vault = useSyncExternalStore(vaultState.subscribe, vaultState.get);
  return vault.is === "open" ? vault : undefined;
}

/** All vaults of the open account; undefined while it is locked. */
export const useOpenVaults = (): (() => Promise<Vaults>) | undefined => useOpenVault()?.vaults.load;

export function useAnswer() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (input: { vaultId: Id<"vault">; answer: "accept" | "decline" }) => vaultApi.answerVault(input),
    onSettled: () => client.invalidateQueries({ queryKey: VAULTS }),
  });
}

export interface NewSharedVault {
  readonly name: string;
  readonly kind: "group" | "tenant" | "threshold";
  /** Of a threshold vault; the others have none. */
  readonly terms: QuorumTerms;
}

export function useNewVault() {
  const client = useQueryClient();
  const load = useOpenVaults();
  return useMutation({
    mutationFn: async ({ name, kind, terms }: NewSharedVault) => {
      if (!load) throw new Error("the vault is locked");
      const vaults = await load();
      return kind === "threshold" ? vaults.createThreshold(name, terms) : vaults.create(name, kind);
    },
    onSettled: () => client.invalidateQueries({ queryKey: VAULTS }),
  });
}
