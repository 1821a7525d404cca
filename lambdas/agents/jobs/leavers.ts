import { deleteLeaver, readLeaver } from "#lambdas/tenants/member.repository.ts";
import type { DueRow } from "#platform/tables/due.ts";
import { removeAgent } from "../lifecycle/remove.ts";
import { tellDevices } from "../lifecycle/tell.ts";
import { AgentRow, ownAgents } from "../rows/agent.repository.ts";
import type { SweepCtx } from "./sweep-ctx.ts";

const AT_ONCE = 100;

/** Someone was removed from the organisation: their agents go too, since nobody who remains could ever unlock them. */
export async function dismissAgents(ctx: SweepCtx, { tenantId, sk, dueAt }: DueRow): Promise<void> {
  const table = ctx.enterTenant(tenantId);
  const userId = await readLeaver(table, sk);
  if (!userId) return;
  const { items, next } = await table.page("agt_", { limit: AT_ONCE, index: ownAgents(userId) });
  const rows = items.map((item) => AgentRow.parse(item));
  // whoever was invited again meanwhile keeps what is new
  for (const row of rows.filter(({ state, createdAt }) => state !== "deleting" && createdAt <= dueAt))
    await tellDevices(ctx, table, await removeAgent(ctx, { tenantId, table }, row));
  if (next === null) await table.write(deleteLeaver(userId));
}
