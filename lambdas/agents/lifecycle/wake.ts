import type { TenantTable } from "#platform/tables/table.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { type AgentRow, findAgent, isOneOf } from "../rows/agent.repository.ts";
import { runMachine, type Starting, startAgent } from "./start.ts";
import { type Telling, tellTask } from "./tell.ts";

export type Waking = Starting & Telling;

/** However many ask, in whatever state: it is awake or on its way afterwards. An agent that is being stopped starts once it has stopped. */
export async function wakeAgent(
  ctx: Waking,
  place: { readonly tenantId: Id<"tenant">; readonly table: TenantTable },
  row: AgentRow,
): Promise<AgentRow> {
  if (isOneOf(row.state, "deleting")) throw new AppError("agent.wrong_state", { details: { state: row.state } });
  if (isOneOf(row.state, "provisioning", "starting")) {
    await runMachine(ctx, row, "start", place); // in case whoever asked first died before saying so
    return row;
  }
  if (row.state === "paused") await tellTask(ctx, row, "resume");
  if (row.state === "stopping") return askAgain(place.table, row);
  if (!isOneOf(row.state, "stopped", "crashed")) return row;
  try {
    return await startAgent(ctx, place, row);
  } catch (error) {
    const winner =
      error instanceof AppError && error.code === "agent.changed" && (await findAgent(place.table, row.id));
    if (!winner || winner.generation === row.generation) throw error;
    return winner; // another one was elected
  }
}

/** The machine that is stopping it looks at this when it is done. */
async function askAgain(table: TenantTable, row: AgentRow): Promise<AgentRow> {
  await table.update({
    do: "update",
    sk: `AGENT#${row.id}`,
    set: { wakeWanted: true },
    if: { state: "stopping", generation: row.generation },
    otherwise: "agent.changed",
    missing: "agent.not_found",
  });
  return row;
}
