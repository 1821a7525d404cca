import { useMutation, useQuery } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import type { VaultHeld } from "#shared/channel/app-vault.ts";
import type { AgentGrants } from "#shared/client/agent-items/grants.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import type { Sessions } from "../agent-session/sessions.ts";
import { grantsKey } from "../agent-session/use-agents.ts";

/** What an agent may use of the vault, as it is sealed with the platform. */
export const useGrants = (sessions: Sessions, agentId: Agent["id"]) =>
  useQuery({
    queryKey: grantsKey(agentId),
    queryFn: () => sessions.itemsOf(agentId).read(),
    gcTime: 0, // which items they are is nobody's business once the vault is locked
  });

/** Seals other grants and tells the agent, if it can be reached now; otherwise it hears when it can. */
export const useChangeGrants = (sessions: Sessions, agentId: Agent["id"]) =>
  useMutation({
    mutationFn(change: (grants: AgentGrants) => AgentGrants) {
      sessions.of(agentId); // so that there is somebody to tell
      return sessions.itemsOf(agentId).change(change);
    },
  });

/** What the agent holds at this moment; undefined while this device has no session with it. */
export function useHeld(sessions: Sessions, agentId: Agent["id"]): VaultHeld | undefined {
  const { view } = sessions.of(agentId);
  const { held, link } = useSyncExternalStore(view.subscribe, view.get);
  return link.is === "open" ? held : undefined;
}
