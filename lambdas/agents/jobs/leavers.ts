import { endRow, listSharesTo } from "#lambdas/shares/share.repository.ts";
import { checkLeaving, deleteLeaver, readLeaver } from "#lambdas/tenants/member.repository.ts";
import { deleteMembership, listMemberships } from "#lambdas/vault/vault.repository.ts";
import type { DueRow } from "#platform/tables/due.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { removeAgent } from "../lifecycle/remove.ts";
import { tellDevices } from "../lifecycle/tell.ts";
import { AgentRow, ownAgents } from "../rows/agent.repository.ts";
import type { SweepCtx } from "./sweep-ctx.ts";

const AT_ONCE = 100;

/**
 * Someone was removed from the organisation. Their agents go too, since nobody who remains could ever unlock them; and what was shared with
 * them, so that another invite brings nothing of it back.
 */
export async function dismissLeaver(ctx: SweepCtx, { tenantId, sk }: DueRow): Promise<void> {
  const table = ctx.enterTenant(tenantId);
  const userId = await readLeaver(table, sk);
  if (!userId) return;
  const { items, next } = await table.page("agt_", { limit: AT_ONCE, index: ownAgents(userId) });
  const rows = items.map((item) => AgentRow.parse(item));
  const provided = [checkLeaving(userId, "agent.changed")]; // whoever was let in again meanwhile keeps what is new
  for (const row of rows.filter(({ state }) => state !== "deleting"))
    await tellDevices(ctx, table, await removeAgent(ctx, { tenantId, table, provided }, row));
  await endSharing(table, userId, ctx.now());
  if (next === null) await table.write(deleteLeaver(userId));
}

async function endSharing(table: TenantTable, userId: Id<"user">, now: Date): Promise<void> {
  for (const { kind, vaultId } of await listMemberships(table, userId))
    if (kind !== "personal") await table.write(deleteMembership(userId, vaultId));
  for (const share of await listSharesTo(table, userId)) {
    const isLiving = share.state === "offered" || share.state === "accepted";
    if (isLiving) await table.write(...endRow(share, "revoked", now)).catch(unlessEnded);
  }
}

function unlessEnded(error: unknown): void {
  if (!(error instanceof AppError && error.code === "share.wrong_state")) throw error;
}
