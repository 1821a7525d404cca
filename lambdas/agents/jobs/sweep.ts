import * as z from "zod";
import type { JobCtx } from "#platform/rules/context.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { DueList, DueRow } from "#platform/tables/due.ts";
import { DUE_SHARDS } from "#platform/tables/due.ts";
import { AppError } from "#shared/errors.ts";
import { stopAgent } from "../lifecycle/stop.ts";
import { type Telling, tellDevices, tellTask } from "../lifecycle/tell.ts";
import { AgentRow, changeAgent, IDLE, isOneOf } from "../rows/agent.repository.ts";

/** What a schedule sends; nothing of it is read. */
export const Tick = z.looseObject({});

export type SweepCtx = JobCtx & Telling & { readonly machines: Pick<Machines, "start">; readonly due: DueList };

const PAUSE_PATIENCE_MS = 60_000; // a task that was told to pause is looked at again after this

/** Agents nobody has spoken to: a running one is paused, one that was paused or never unlocked is stopped. */
export async function sweepIdle(ctx: SweepCtx): Promise<{ readonly looked: number }> {
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  const looked = await Promise.all(shards.map((shard) => sweepShard(ctx, shard)));
  return { looked: looked.reduce((sum, count) => sum + count, 0) };
}

async function sweepShard(ctx: SweepCtx, shard: number): Promise<number> {
  let count = 0;
  for await (const due of ctx.due.list(IDLE, shard, ctx.now())) {
    count += 1;
    await rest(ctx, due).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === "agent.changed")) throw error; // somebody woke it this moment
    });
  }
  return count;
}

async function rest(ctx: SweepCtx, { tenantId, sk, dueAt }: DueRow): Promise<void> {
  const table = ctx.enterTenant(tenantId);
  const found = await table.get(sk);
  if (!found || found["dueAt"] !== dueAt) return;
  const row = AgentRow.parse(found);
  if (isOneOf(row.state, "paused", "locked"))
    return tellDevices(ctx, table, await stopAgent(ctx, { tenantId, table }, row));
  const isRunning = row.state === "running";
  if (isRunning) await tellTask(ctx, row, "pause"); // one that has no socket at the moment is told the next time
  const again = isRunning ? new Date(ctx.now().getTime() + PAUSE_PATIENCE_MS) : null;
  await table.write(changeAgent(row, {}, again));
}
