import { createContext, useContext, useSyncExternalStore } from "react";
import type { Sessions } from "./sessions.ts";
import { makeStore } from "./store.ts";

const current = makeStore<Sessions | undefined>(undefined);

/** Other sessions than the device's own, for what shows a page by itself. */
export const SessionsContext = createContext<Sessions | undefined>(undefined);

/** Undefined while the vault is locked. */
export function useSessions(): Sessions | undefined {
  const given = useContext(SessionsContext);
  const own = useSyncExternalStore(current.subscribe, current.get);
  return given ?? own;
}
