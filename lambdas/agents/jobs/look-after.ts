import type { DueRow } from "#platform/tables/due.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { AgentState } from "#shared/contracts/agents.ts";
import type { Id } from "#shared/ids.ts";
import { type Action, runMachine } from "../lifecycle/start.ts";
import { stopAgent } from "../lifecycle/stop.ts";
import { tellDevices, tellTask } from "../lifecycle/tell.ts";
import { AgentRow, changeAgent, isOneOf, moveBy, type Seen } from "../rows/agent.repository.ts";
import type { SweepCtx } from "./sweep-ctx.ts";

const PAUSE_PATIENCE_MS = 60_000; // a task that was told to pause is looked at again after this
const PAUSES_MAX = 10; // and when it was told so often and nothing was heard of it, it hears nothing
const MOVES: Partial<Record<AgentState, Action>> = {
  ...{ provisioning: "start", starting: "start", stopping: "stop", deleting: "remove" },
};
const SAME_NAME_NUDGES = 5; // ten minutes: no execution takes that long

/**
 * An agent nobody has spoken to: a running one is paused, one that was paused, was never unlocked or hears no order is stopped. One that
 * stands in a state which the machine should have led it on from is handed to the machine once more. All of it as it was seen: whoever
 * spoke to it meanwhile has moved `dueAt`.
 */
export async function lookAfter(ctx: SweepCtx, { tenantId, sk, dueAt }: DueRow): Promise<void> {
  const table = ctx.enterTenant(tenantId);
  const found = await table.get(sk);
  if (!found || found["dueAt"] !== dueAt) return;
  const row: Seen = { ...AgentRow.parse(found), dueAt };
  const move = MOVES[row.state];
  if (move) return nudge(ctx, { tenantId, table }, row, move);
  const isRunning = row.state === "running";
  if (isOneOf(row.state, "paused", "locked") || (isRunning && row.nudges >= PAUSES_MAX))
    return tellDevices(ctx, table, await stopAgent(ctx, { tenantId, table }, row));
  if (!isRunning) return table.write(changeAgent(row, {}, null));
  await table.write(changeAgent(row, { nudges: row.nudges + 1 }, new Date(ctx.now().getTime() + PAUSE_PATIENCE_MS)));
  await tellTask(ctx, row, "pause"); // one that has no socket at the moment is told the next time
}

/** Its execution may never have begun: the same name begins it once. It may have failed: then that name is used up. */
async function nudge(
  ctx: SweepCtx,
  { tenantId, table }: { readonly tenantId: Id<"tenant">; readonly table: TenantTable },
  row: Seen,
  move: Action,
): Promise<void> {
  const nudges = row.nudges + 1;
  await table.write(changeAgent(row, { nudges }, moveBy(ctx.now())));
  await runMachine(ctx, row, move, { tenantId, again: nudges > SAME_NAME_NUDGES ? nudges : 0 });
}
