import { useSyncExternalStore } from "react";
import { type VaultState, vaultState } from "./vault.ts";

export const useVault = (): VaultState => useSyncExternalStore(vaultState.subscribe, vaultState.get);
