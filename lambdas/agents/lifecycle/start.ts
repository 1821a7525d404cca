import { type AuditEvent, audited } from "#lambdas/audit/audit.ts";
import type { Actor } from "#platform/rules/context.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Id } from "#shared/ids.ts";
import { type AgentRow, changeAgent, moveBy } from "../rows/agent.repository.ts";
import { happened } from "../rows/event.repository.ts";

/** What it takes to set an agent's life going. */
export interface Starting {
  readonly machines: Pick<Machines, "start">;
  readonly actor: Actor;
  readonly now: () => Date;
}

export type Action = "start" | "stop" | "remove";

interface Run {
  readonly tenantId: Id<"tenant">;
  readonly delaySeconds?: number;
  readonly again?: number; // after so many vain looks the name of the first execution is used up
}

/** Hands the agent to the machine. Said twice of one generation, it is done once. */
export function runMachine(
  { machines }: { readonly machines: Pick<Machines, "start"> },
  { id: agentId, ownerId: userId, generation, size }: AgentRow,
  action: Action,
  { tenantId, delaySeconds = 0, again = 0 }: Run,
): Promise<void> {
  const input = { action, tenantId, agentId, userId, generation, size, delaySeconds, attempt: 1 };
  return machines.start(`${agentId}-${generation}-${action}${again > 0 ? `-${again}` : ""}`, input);
}

type Fresh =
  | ("state" | "generation" | "steps" | "cause" | "startedWarm" | "nudges")
  | ("taskId" | "taskArn" | "connectionId" | "unlocked" | "wakeWanted");

/** What every start begins with: a new generation, and nothing left of the last one. */
export const freshStart = (generation: number, now: Date): Pick<AgentRow, Fresh> => ({
  ...{ state: "starting", generation, steps: [{ step: "requested", at: now.toISOString() }] },
  ...{ cause: null, startedWarm: false, taskId: null, taskArn: null, connectionId: null },
  ...{ unlocked: false, wakeWanted: false, nudges: 0 },
});

/** Starts an agent that has no task. Of a hundred who ask at once one is elected; the rest get `agent.changed`. */
export async function startAgent(
  ctx: Starting,
  { tenantId, table }: { readonly tenantId: Id<"tenant">; readonly table: TenantTable },
  row: AgentRow,
  event: AuditEvent = "agent.woken",
): Promise<AgentRow> {
  const now = ctx.now();
  const fresh = freshStart(row.generation + 1, now);
  const next = { ...row, ...fresh };
  await table.write(
    changeAgent(row, fresh, moveBy(now)),
    happened(next, "agent.requested", now),
    audited(ctx, event, { agentId: row.id, generation: next.generation }),
  );
  await runMachine(ctx, next, "start", { tenantId });
  return next;
}
