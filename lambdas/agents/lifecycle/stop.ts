import { audited } from "#lambdas/audit/audit.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { type AgentRow, changeAgent, isOneOf, moveBy, type Seen } from "../rows/agent.repository.ts";
import { happened } from "../rows/event.repository.ts";
import { runMachine, type Starting } from "./start.ts";

/** Its state is sealed, then its task ends. What has no task is stopped already. */
export async function stopAgent(
  ctx: Starting,
  { tenantId, table }: { readonly tenantId: Id<"tenant">; readonly table: TenantTable },
  row: Seen,
): Promise<AgentRow> {
  if (isOneOf(row.state, "stopped", "crashed")) return row;
  if (isOneOf(row.state, "deleting")) throw new AppError("agent.wrong_state", { details: { state: row.state } });
  if (row.state !== "stopping") {
    const { id: agentId, generation } = row;
    await table.write(
      changeAgent(row, { state: "stopping", wakeWanted: false, nudges: 0 }, moveBy(ctx.now())),
      happened(row, "agent.stopping", ctx.now()),
      audited(ctx, "agent.stopped", { agentId, generation }),
    );
  }
  const next = { ...row, state: "stopping" } as const;
  await runMachine(ctx, next, "stop", { tenantId });
  return next;
}
