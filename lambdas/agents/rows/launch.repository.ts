import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Launch } from "#shared/contracts/agents.ts";
import type { Id } from "#shared/ids.ts";
import { partsOf } from "./agent.repository.ts";

const launchOf = (agentId: Id<"agent">) => `${partsOf(agentId)}LAUNCH`;

export async function findLaunch(table: TenantTable, agentId: Id<"agent">): Promise<Launch | undefined> {
  const row = await table.get(launchOf(agentId));
  return row && Launch.parse(row);
}

export const putLaunch = (agentId: Id<"agent">, launch: Launch): Change => ({
  do: "put",
  sk: launchOf(agentId),
  item: launch,
  if: { generation: { lt: launch.generation } },
  orMissing: true,
  otherwise: "agent.changed",
});
