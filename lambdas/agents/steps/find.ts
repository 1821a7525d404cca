import { makeSecret } from "#platform/tokens/secret.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import { type AgentRow, changeAgent, withStep } from "../rows/agent.repository.ts";
import { happened } from "../rows/event.repository.ts";
import { assignTask, findTask, insertTask, listPool, type TaskRow, takeTask } from "../rows/task.repository.ts";
import { type About, isStartOf, readSubject, type StepCtx } from "./step.ts";

const ATTEMPTS_MAX = 3;
const COMING_MS = 90_000; // a task this young that has not called yet is on its way; an older one may be lost

type Found =
  | { readonly found: "superseded" }
  | { readonly found: "warm" | "coming"; readonly taskId: Id<"task">; readonly taskArn: string | null }
  | { readonly found: "none"; readonly taskId: Id<"task">; readonly ticket: string; readonly definition: string };

/** A task for this start: one that was run for nobody in particular, or else the name and ticket of one to be run. */
export async function findTaskFor(ctx: StepCtx, about: About): Promise<Found> {
  if (about.attempt > ATTEMPTS_MAX) throw new Error("agents: no task could be found in three attempts");
  const { table, row } = await readSubject(ctx, about);
  if (!row || !isStartOf(row, about)) return { found: "superseded" };
  try {
    for (const taskId of await listFurthestFirst(ctx, about)) {
      const claimed = await claim(ctx, { about, row, table, taskId });
      if (claimed) return claimed;
    }
    const taskId = newId("task", ctx.now());
    const ticket = makeSecret();
    const definition = ctx.image.definitions[about.size];
    await table.write(
      changeAgent(row, { taskId, taskArn: null, connectionId: null, startedWarm: false }),
      ...insertTask({ id: taskId, size: about.size, assignment: about.assignment, definition }, ticket, ctx.now()),
    );
    return { found: "none", taskId, ticket, definition };
  } catch (error) {
    if (error instanceof AppError && error.code === "agent.changed") return { found: "superseded" };
    throw error;
  }
}

/** Even one whose OpenClaw is still booting is ahead of one that would be run now. */
async function listFurthestFirst(ctx: StepCtx, { size }: About): Promise<Id<"task">[]> {
  const pooled = [];
  for await (const task of listPool(ctx.directory, size)) pooled.push(task);
  return pooled.toSorted((a, b) => Number(b.isUp) - Number(a.isUp)).map(({ taskId }) => taskId);
}

interface Claim {
  readonly about: About;
  readonly row: AgentRow;
  readonly table: Awaited<ReturnType<typeof readSubject>>["table"];
  readonly taskId: Id<"task">;
}

/** One transaction: off the list, this agent's, and known to the agent. Undefined when another start was faster. */
async function claim(ctx: StepCtx, { about, row, table, taskId }: Claim): Promise<Found | undefined> {
  const task = await findTask(ctx.directory, taskId);
  const now = ctx.now();
  if (!task || task.assignment || !isOfImage(ctx, task)) return undefined;
  const { taskArn, connectionId } = task;
  if (!connectionId && !(taskArn && isYoung(task, now))) return undefined;
  const found = connectionId ? "warm" : "coming";
  const news =
    found === "warm"
      ? [
          changeAgent(row, { taskId, taskArn, startedWarm: true, steps: withStep(row, "task_found", now) }),
          happened(row, "agent.task_found", now, "It was waiting."),
        ]
      : [changeAgent(row, { taskId, taskArn, connectionId: null, startedWarm: false })];
  try {
    await table.write(takeTask(task), assignTask(taskId, about.assignment), ...news);
    return { found, taskId, taskArn };
  } catch (error) {
    if (error instanceof AppError && error.code === "task.replaced") return undefined;
    throw error;
  }
}

/** A task that was run before an update has another image than the one that is vouched for; the pool replaces it. */
export const isOfImage = ({ image }: StepCtx, { definition, size }: TaskRow): boolean =>
  definition === image.definitions[size];

const isYoung = ({ createdAt }: TaskRow, now: Date): boolean => now.getTime() - Date.parse(createdAt) < COMING_MS;
