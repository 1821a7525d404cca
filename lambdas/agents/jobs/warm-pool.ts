import * as z from "zod";
import type { JobCtx } from "#platform/rules/context.ts";
import type { Fleet } from "#platform/services/fleet.ts";
import { makeSecret } from "#platform/tokens/secret.ts";
import { newId } from "#shared/ids.ts";
import { changeTask, expectTask, insertTask, listPool } from "../rows/task.repository.ts";

export const Wanted = z.object({ size: z.enum(["small", "medium", "large"]), want: z.int().min(0).max(100) });

export type PoolCtx = JobCtx & { readonly fleet: Fleet };

/** Runs as many tasks as the pool lacks. Those on their way count, so that two runs at once start few too many, never double. */
export async function fillPool(
  ctx: PoolCtx,
  { size, want }: z.output<typeof Wanted>,
): Promise<{ readonly started: number }> {
  let have = 0;
  for await (const _task of listPool(ctx.directory, size)) have += 1;
  const started = Math.max(0, want - have);
  for (let nth = 0; nth < started; nth += 1) {
    const task = { id: newId("task", ctx.now()), size, assignment: null };
    const ticket = makeSecret();
    await ctx.directory.write(...insertTask(task, ticket, ctx.now()), expectTask(task, ctx.now()));
    const taskArn = await ctx.fleet.run(task.id, size, ticket);
    await ctx.directory.write(changeTask(task.id, { taskArn }));
  }
  return { started };
}
