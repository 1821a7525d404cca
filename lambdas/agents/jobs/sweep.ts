import * as z from "zod";
import { LEFT } from "#lambdas/tenants/member.repository.ts";
import { clearFile } from "#lambdas/vault/files/clear-files.ts";
import { FILE } from "#lambdas/vault/files/file.repository.ts";
import { DUE_SHARDS, type DueRow } from "#platform/tables/due.ts";
import { AppError } from "#shared/errors.ts";
import { IDLE } from "../rows/agent.repository.ts";
import { UNREAD } from "../rows/queue.repository.ts";
import { dismissLeaver } from "./leavers.ts";
import { lookAfter } from "./look-after.ts";
import type { SweepCtx } from "./sweep-ctx.ts";
import { dropUnread } from "./unread.ts";

/** What a schedule sends; nothing of it is read. */
export const Tick = z.looseObject({});

type Care = (ctx: SweepCtx, due: DueRow) => Promise<void>;
const CARES: readonly [string, Care][] = [
  [IDLE, lookAfter],
  [LEFT, dismissLeaver],
  [FILE, clearFile],
  [UNREAD, dropUnread],
];

interface Swept {
  looked: number;
  readonly failures: unknown[];
}

/** Everything that is due. What fails holds up nothing behind it; it is due again, and the job says that it failed. */
export async function sweep(ctx: SweepCtx): Promise<{ readonly looked: number }> {
  const swept: Swept = { looked: 0, failures: [] };
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);
  await Promise.all(
    CARES.flatMap(([what, care]) => shards.map((shard) => sweepShard(ctx, { what, care, shard }, swept))),
  );
  if (swept.failures.length > 0) throw swept.failures[0];
  return { looked: swept.looked };
}

async function sweepShard(
  ctx: SweepCtx,
  { what, care, shard }: { readonly what: string; readonly care: Care; readonly shard: number },
  swept: Swept,
): Promise<void> {
  for await (const due of ctx.due.list(what, shard, ctx.now())) {
    swept.looked += 1;
    await care(ctx, due).catch((error: unknown) => {
      const isMoved = error instanceof AppError && error.code === "agent.changed"; // somebody was here this moment
      if (!isMoved) swept.failures.push(error);
    });
  }
}
