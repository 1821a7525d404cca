import { type AgentRow, findAgent } from "#lambdas/agents/rows/agent.repository.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Assignment } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";

/** A task's agent, as the task may touch it. */
export interface Held {
  readonly assignment: Assignment;
  readonly table: TenantTable;
  readonly row: AgentRow;
}

/** The agent this task holds now. A task that was replaced, or never assigned, holds none and learns only that. */
export async function holdAgent(ctx: TaskCtx): Promise<Held> {
  const { taskId, assignment } = ctx.actor;
  if (!assignment) throw new AppError("task.replaced");
  const table = ctx.enterTenant(assignment.tenantId);
  const row = await findAgent(table, assignment.agentId);
  if (row?.taskId !== taskId || row.generation !== assignment.generation) throw new AppError("task.replaced");
  return { assignment, table, row };
}
