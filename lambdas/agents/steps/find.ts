import { makeSecret } from "#platform/tokens/secret.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import { type AgentRow, changeAgent, withStep } from "../rows/agent.repository.ts";
import { happened } from "../rows/event.repository.ts";
import { assignTask, findTask, insertTask, listPool, takeTask } from "../rows/task.repository.ts";
import { type About, isStartOf, readSubject, type StepCtx } from "./step.ts";

const ATTEMPTS_MAX = 3;

type Found =
  | { readonly found: "superseded" }
  | { readonly found: "warm"; readonly taskId: Id<"task">; readonly taskArn: string | null }
  | { readonly found: "none"; readonly taskId: Id<"task">; readonly ticket: string };

/** A task for this start: one that waits for nobody in particular, or else the name and ticket of one to be run. */
export async function findTaskFor(ctx: StepCtx, about: About): Promise<Found> {
  if (about.attempt > ATTEMPTS_MAX) throw new Error("agents: no task could be found in three attempts");
  const { table, row } = await readSubject(ctx, about);
  if (!row || !isStartOf(row, about)) return { found: "superseded" };
  try {
    for await (const { taskId, isFree } of listPool(ctx.directory, about.size)) {
      const taskArn = isFree && (await claim(ctx, { about, row, table, taskId }));
      if (taskArn !== false) return { found: "warm", taskId, taskArn };
    }
    const taskId = newId("task", ctx.now());
    const ticket = makeSecret();
    await table.write(
      changeAgent(row, { taskId, taskArn: null, connectionId: null, startedWarm: false }),
      ...insertTask({ id: taskId, size: about.size, assignment: about.assignment }, ticket, ctx.now()),
    );
    return { found: "none", taskId, ticket };
  } catch (error) {
    if (error instanceof AppError && error.code === "agent.changed") return { found: "superseded" };
    throw error;
  }
}

interface Claim {
  readonly about: About;
  readonly row: AgentRow;
  readonly table: Awaited<ReturnType<typeof readSubject>>["table"];
  readonly taskId: Id<"task">;
}

/** One transaction: off the list, this agent's, and known to the agent. False when another start was faster. */
async function claim(ctx: StepCtx, { about, row, table, taskId }: Claim): Promise<string | null | false> {
  const task = await findTask(ctx.directory, taskId);
  if (!task?.connectionId || task.assignment) return false;
  const now = ctx.now();
  const { taskArn } = task;
  try {
    await table.write(
      takeTask(task),
      assignTask(taskId, about.assignment),
      changeAgent(row, { taskId, taskArn, startedWarm: true, steps: withStep(row, "task_found", now) }),
      happened(row, "agent.task_found", now, "It was waiting."),
    );
    return taskArn;
  } catch (error) {
    if (error instanceof AppError && error.code === "task.replaced") return false;
    throw error;
  }
}
