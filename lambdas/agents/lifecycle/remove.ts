import { audited } from "#lambdas/audit/audit.ts";
import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Id } from "#shared/ids.ts";
import { type AgentRow, changeAgent, moveBy } from "../rows/agent.repository.ts";
import { runMachine, type Starting } from "./start.ts";

interface From {
  readonly tenantId: Id<"tenant">;
  readonly table: TenantTable;
  /** What has to hold as well. */
  readonly provided?: readonly Change[];
}

/** Its task ends, then everything of it is erased, its own row last. */
export async function removeAgent(
  ctx: Starting,
  { tenantId, table, provided = [] }: From,
  row: AgentRow,
): Promise<AgentRow> {
  const next: AgentRow = { ...row, state: "deleting" };
  if (row.state !== "deleting") {
    const about = { agentId: row.id, generation: row.generation };
    const change = changeAgent(row, { state: "deleting", nudges: 0 }, moveBy(ctx.now()));
    await table.write(change, ...provided, audited(ctx, "agent.deleted", about));
  }
  await runMachine(ctx, next, "remove", { tenantId });
  return next;
}
