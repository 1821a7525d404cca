import { changeTask, findTask } from "#lambdas/agents/rows/task.repository.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import type { Machines } from "#platform/services/machines.ts";

type Waited = "callback" | "savedCallback";

/** The step of the machine that waits for just this, if one does, goes on. A socket that opens anew ends no wait for a state. */
export async function letGoOn(
  { actor, directory, machines }: TaskCtx & { readonly machines: Pick<Machines, "proceed"> },
  which: Waited,
): Promise<void> {
  const task = await findTask(directory, actor.taskId);
  const token = task?.[which];
  if (!task || !token) return;
  await machines.proceed(token, {});
  await directory.write(changeTask(task.id, { [which]: null }));
}
