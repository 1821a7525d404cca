import { useQuery } from "@tanstack/react-query";
import type { Agent } from "#shared/contracts/agents.ts";
import { readModel } from "./agent-secrets.ts";
import type { Sessions } from "./sessions.ts";

export const modelKey = (agentId: Agent["id"]) => ["agents", agentId, "model"] as const;

/** Whose model an agent asks; null where its secrets were never sealed. */
export const useModel = ({ sealer }: Sessions, agentId: Agent["id"]) =>
  useQuery({ queryKey: modelKey(agentId), queryFn: async () => (await readModel(sealer, agentId)) ?? null });
