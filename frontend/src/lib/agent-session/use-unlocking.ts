import { useEffect } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import { useSessions } from "./use-sessions.ts";

const STARTS: readonly Agent["state"][] = ["provisioning", "starting", "locked"];

/** An agent that starts waits for a device. This one is unlocked itself, so whatever page it shows, it unlocks its agents. */
export function useUnlocking(agents: readonly Agent[]): void {
  const sessions = useSessions();
  useEffect(() => {
    for (const { id, state } of agents) if (STARTS.includes(state)) sessions?.of(id);
  }, [sessions, agents]);
}
