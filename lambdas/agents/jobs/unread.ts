import * as z from "zod";
import type { DueRow } from "#platform/tables/due.ts";
import { idOf } from "#shared/ids.ts";
import { removeQueued } from "../rows/queue.repository.ts";
import type { SweepCtx } from "./sweep-ctx.ts";

const Place = z.tuple([z.literal("OF"), idOf("agent"), z.literal("QUEUE"), idOf("frame")]);

/** A message that waited for seven days and that no task took. */
export async function dropUnread(ctx: SweepCtx, { tenantId, sk }: DueRow): Promise<void> {
  const [, agentId, , id] = Place.parse(sk.split("#"));
  await removeQueued(ctx.enterTenant(tenantId), agentId, id);
}
