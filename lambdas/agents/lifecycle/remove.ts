import { audited } from "#lambdas/audit/audit.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Id } from "#shared/ids.ts";
import { type AgentRow, changeAgent, moveBy } from "../rows/agent.repository.ts";
import { runMachine, type Starting } from "./start.ts";

/** Its task ends, then everything of it is erased, its own row last. */
export async function removeAgent(
  ctx: Starting,
  { tenantId, table }: { readonly tenantId: Id<"tenant">; readonly table: TenantTable },
  row: AgentRow,
): Promise<AgentRow> {
  const next: AgentRow = { ...row, state: "deleting" };
  if (row.state !== "deleting") {
    const about = { agentId: row.id, generation: row.generation };
    const change = changeAgent(row, { state: "deleting", nudges: 0 }, moveBy(ctx.now()));
    await table.write(change, audited(ctx, "agent.deleted", about));
  }
  await runMachine(ctx, next, "remove", { tenantId });
  return next;
}
