import { useSyncExternalStore } from "react";
import { vaultState } from "../vault/vault.ts";
import type { Sessions } from "./sessions.ts";

/** Undefined while the vault is locked. */
export function useSessions(): Sessions | undefined {
  const vault = useSyncExternalStore(vaultState.subscribe, vaultState.get);
  return vault.is === "open" ? vault.sessions : undefined;
}
