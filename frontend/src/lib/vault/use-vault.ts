import { useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { hasKeyring, type VaultState, vaultState } from "./vault.ts";

export const useVault = (): VaultState => useSyncExternalStore(vaultState.subscribe, vaultState.get);

/** Whether this person has made their keys in this organisation; undefined until it is known. */
export const useHasKeyring = (isIn: boolean) =>
  useQuery({ queryKey: ["keyring", "exists"], queryFn: hasKeyring, enabled: isIn });
