import * as z from "zod";
import type { JobCtx } from "#platform/rules/context.ts";
import type { Fleet } from "#platform/services/fleet.ts";
import { makeSecret } from "#platform/tokens/secret.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";
import {
  changeTask,
  expectTask,
  findTask,
  insertTask,
  leasePool,
  listPool,
  releasePool,
  type TaskRow,
  takeTask,
} from "../rows/task.repository.ts";

export const Wanted = z.object({ size: z.enum(["small", "medium", "large"]), want: z.int().min(0).max(100) });

export type PoolCtx = JobCtx & { readonly fleet: Fleet };

interface Filled {
  readonly started: number;
  readonly ended: number;
}

/** Runs as many tasks as the pool lacks, of those up or on their way; ends those that an update of the image has left behind. */
export async function fillPool(ctx: PoolCtx, wanted: z.output<typeof Wanted>): Promise<Filled> {
  const { size } = wanted;
  try {
    await ctx.directory.write(leasePool(size, ctx.now()));
  } catch (error) {
    if (error instanceof AppError && error.code === "request.conflict") return { started: 0, ended: 0 }; // another run is at it
    throw error;
  }
  try {
    return await fill(ctx, wanted);
  } finally {
    await ctx.directory.write(releasePool(size));
  }
}

async function fill({ directory, fleet, now }: PoolCtx, { size, want }: z.output<typeof Wanted>): Promise<Filled> {
  const definition = fleet.definitionOf(size);
  let [have, ended] = [0, 0];
  for await (const { taskId } of listPool(directory, size)) {
    const task = await findTask(directory, taskId);
    if (task?.definition === definition) have += 1;
    else if (task && (await endTask({ directory, fleet }, task))) ended += 1;
  }
  const started = Math.max(0, want - have);
  for (let nth = 0; nth < started; nth += 1) {
    const task = { id: newId("task", now()), size, assignment: null, definition };
    const ticket = makeSecret();
    await directory.write(...insertTask(task, ticket, now()), expectTask(task, now()));
    const taskArn = await fleet.run(task.id, size, ticket);
    await directory.write(changeTask(task.id, { taskArn }));
  }
  return { started, ended };
}

/** Off the list first, so that no start claims it meanwhile. */
async function endTask({ directory, fleet }: Pick<PoolCtx, "directory" | "fleet">, task: TaskRow): Promise<boolean> {
  try {
    await directory.write(takeTask(task));
  } catch (error) {
    if (error instanceof AppError && error.code === "task.replaced") return false; // claimed this moment
    throw error;
  }
  if (task.taskArn) await fleet.stop(task.taskArn, "An update has brought another image.");
  return true;
}
