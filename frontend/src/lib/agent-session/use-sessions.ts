import { createContext, useContext } from "react";
import { useVault } from "../vault/use-vault.ts";
import type { Sessions } from "./sessions.ts";

/** Other sessions than the device's own, for what shows a page by itself. */
export const SessionsContext = createContext<Sessions | undefined>(undefined);

/** Undefined while the vault is locked. */
export function useSessions(): Sessions | undefined {
  const given = useContext(SessionsContext);
  const vault = useVault();
  return given ?? (vault.is === "open" ? vault.sessions : undefined);
}
