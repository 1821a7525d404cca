import { createContext, useContext, useSyncExternalStore } from "react";
import { vaultState } from "../vault/vault.ts";
import type { Sessions } from "./sessions.ts";

/** Other sessions than those of the device's own vault, for what shows a page by itself. */
export const SessionsContext = createContext<Sessions | undefined>(undefined);

/** Undefined while the vault is locked. */
export function useSessions(): Sessions | undefined {
  const given = useContext(SessionsContext);
  const vault = useSyncExternalStore(vaultState.subscribe, vaultState.get);
  return given ?? (vault.is === "open" ? vault.sessions : undefined);
}
