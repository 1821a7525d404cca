import { Queued, queueOf, removeQueued } from "#lambdas/agents/rows/queue.repository.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import { holdAgent } from "./assigned.ts";
import { fitting } from "./journal.ts";

const FRAMES_READ = 50;

export async function readQueue(ctx: TaskCtx) {
  const { table, row } = await holdAgent(ctx);
  const { items, next } = await table.page(queueOf(row.id), { limit: FRAMES_READ });
  const { kept, more } = fitting(items.map((item) => Queued.parse(item)));
  return { frames: kept.map(({ id, at, blob }) => ({ id, at, blob })), more: more || next !== null };
}

/** Said after the messages are in the journal. */
export async function ackQueue(ctx: TaskCtx, { ids }: Input<(typeof tasksContract)["ackQueue"]>) {
  const { table, row } = await holdAgent(ctx);
  for (const id of ids) await removeQueued(table, row.id, id);
  return { done: true } as const;
}
