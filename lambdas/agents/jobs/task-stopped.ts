import * as z from "zod";
import { audited } from "#lambdas/audit/audit.ts";
import type { JobCtx } from "#platform/rules/context.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { freshStart, runMachine } from "../lifecycle/start.ts";
import { type Telling, tellDevices } from "../lifecycle/tell.ts";
import { type AgentRow, changeAgent, findAgent, isOneOf, moveBy } from "../rows/agent.repository.ts";
import { happened } from "../rows/event.repository.ts";
import { changeTask, findTask, type TaskRow, takeTask } from "../rows/task.repository.ts";

/** ECS's "Task State Change" event, of a task that has stopped. `startedBy` is the name we gave it. */
export const TaskStopped = z.object({
  detail: z.object({
    startedBy: idOf("task").optional().catch(undefined),
    stopCode: z.string().optional(),
    stoppedReason: z.string().optional(),
  }),
});

export type LostCtx = JobCtx & Telling & { readonly machines: Pick<Machines, "start"> };

const MOVED = new Set(["ServiceSchedulerInitiated", "SpotInterruption", "TerminationNotice"]); // its machine was taken away
const CRASHES_MAX = 5;
const WINDOW_MS = 10 * 60_000;

/**
 * An agent that has lost its task without being told to stop gets another one, ever later; after five in ten minutes, none.
 * A task that went with its machine, as when AWS retires a host or `npm start` is ended, is replaced and is no failure.
 */
export async function onTaskStopped(ctx: LostCtx, { detail }: z.output<typeof TaskStopped>): Promise<void> {
  const task = detail.startedBy && (await findTask(ctx.directory, detail.startedBy));
  if (!task) return;
  await forget(ctx, task);
  if (!task.assignment) return;
  const table = ctx.enterTenant(task.assignment.tenantId);
  const row = await findAgent(table, task.assignment.agentId);
  if (!row || row.taskId !== task.id || isOneOf(row.state, "stopped", "stopping", "deleting", "crashed")) return;
  try {
    await replace(ctx, {
      tenantId: task.assignment.tenantId,
      table,
      row,
      isCrash: !MOVED.has(detail.stopCode ?? ""),
    });
  } catch (error) {
    if (!(error instanceof AppError && error.code === "agent.changed")) throw error; // told twice, or stopped meanwhile
  }
}

/** It can be claimed no more, nothing is sent to it, and its token is not renewed. */
async function forget({ directory, now }: LostCtx, task: TaskRow): Promise<void> {
  await directory.write({ ...takeTask(task), do: "delete", orMissing: true });
  await directory.write(changeTask(task.id, { connectionId: null, endedAt: now().toISOString() }));
}

interface Loss {
  readonly tenantId: Id<"tenant">;
  readonly table: TenantTable;
  readonly row: AgentRow;
  readonly isCrash: boolean;
}

async function replace(ctx: LostCtx, { tenantId, table, row, isCrash }: Loss): Promise<void> {
  const now = ctx.now();
  const recent = row.crashes.filter((at) => now.getTime() - Date.parse(at) < WINDOW_MS);
  const crashes = isCrash ? [...recent, now.toISOString()] : recent;
  const about = { agentId: row.id, generation: row.generation };
  if (isCrash && crashes.length >= CRASHES_MAX) {
    const cause = row.cause ?? `Its task ended ${CRASHES_MAX} times in ten minutes.`;
    const down = { state: "crashed", cause, crashes, taskId: null, taskArn: null, connectionId: null } as const;
    await table.write(
      changeAgent(row, { ...down, unlocked: false }, null),
      happened(row, "agent.crashed", now, cause),
      audited(ctx, "agent.crashed", about),
    );
    return tellDevices(ctx, table, { ...row, state: "crashed" });
  }
  const fresh = freshStart(row.generation + 1, now);
  const counted = { crashes, restarts: row.restarts + (isCrash ? 1 : 0) };
  const next: AgentRow = { ...row, ...fresh, ...counted };
  const told = isCrash
    ? [happened(row, "agent.task_lost", now), happened(next, "agent.replaced", now)]
    : [happened(next, "agent.replaced", now, "Its machine was stopped.")];
  await table.write(
    changeAgent(row, { ...fresh, ...counted }, moveBy(now)),
    ...told,
    audited(ctx, "agent.replaced", about),
  );
  await runMachine(ctx, next, "start", { tenantId, delaySeconds: backOff(crashes.length) });
  await tellDevices(ctx, table, next);
}

/** At once the first time, then 2, 4, 8 seconds later. */
const backOff = (crashes: number): number => (crashes <= 1 ? 0 : 2 ** (crashes - 1));
