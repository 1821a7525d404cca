import type { Change } from "#platform/tables/change.ts";
import type { AgentEvent } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import { type AgentRow, partsOf } from "./agent.repository.ts";

export const eventsOf = (agentId: AgentRow["id"]) => `${partsOf(agentId)}EVENT#`;

/** A line in an agent's own history, for its owner to read; written with the change it tells of. */
export function happened(
  { id: agentId, generation }: Pick<AgentRow, "id" | "generation">,
  event: AgentEvent["event"],
  at: Date,
  detail: string | null = null,
): Change {
  const id = newId("event", at);
  const item: AgentEvent = { id, at: at.toISOString(), event, generation, detail };
  return { do: "insert", sk: `${eventsOf(agentId)}${id}`, item, otherwise: "agent.changed" };
}
