import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import { shardOf } from "#platform/tables/due.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Instant } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { QUEUED_MS_MAX } from "#shared/quotas.ts";
import { agentSk, partsOf } from "./agent.repository.ts";

/**
 * Messages for an agent that has no task, sealed to it:
 *   OF#<agentId>#QUEUE#<frameId>      the message; frame ids grow with time
 *   OF#<agentId>#QUEUED#<messageId>   that it was left once
 *
 * Both are kept for seven days. The note goes by itself; the message falls due, because the agent's count has to go down with it.
 */
export const UNREAD = "unread";
export const Queued = z.object({
  id: idOf("frame"),
  messageId: idOf("message"),
  at: Instant,
  bytes: z.int().positive(),
  blob: z.string(),
});
export type Queued = z.infer<typeof Queued>;

export const QUEUE_ROWS_MAX = 1_000;
export const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

export const queueOf = (agentId: Id<"agent">): string => `${partsOf(agentId)}QUEUE#`;

/** The message, the note that it was left, and the agent's count of both; all or none. */
export function insertQueued(agentId: Id<"agent">, message: Queued): Change[] {
  const ends = Math.floor((Date.parse(message.at) + QUEUED_MS_MAX) / 1000);
  const due = { dueShard: `${UNREAD}#${shardOf(message.id)}`, dueAt: new Date(ends * 1000).toISOString() };
  return [
    {
      do: "insert",
      sk: `${partsOf(agentId)}QUEUED#${message.messageId}`,
      item: { at: message.at, ttlSeconds: ends },
      otherwise: "request.conflict",
    },
    {
      do: "insert",
      sk: `${queueOf(agentId)}${message.id}`,
      item: { ...message, ...due },
      otherwise: "request.conflict",
    },
    {
      do: "update",
      sk: agentSk(agentId),
      add: { queued: 1, queuedBytes: message.bytes },
      if: { queued: { lt: QUEUE_ROWS_MAX }, queuedBytes: { lte: QUEUE_BYTES_MAX - message.bytes } },
      otherwise: "queue.full",
      missing: "agent.not_found",
    },
  ];
}

/** A message and its place in the count, together; alone where its agent is gone. One that is gone already is gone. */
export async function removeQueued(table: TenantTable, agentId: Id<"agent">, id: Id<"frame">): Promise<void> {
  const sk = `${queueOf(agentId)}${id}`;
  const row = await table.get(sk);
  if (!row) return;
  const add = { queued: -1, queuedBytes: -Queued.parse(row).bytes };
  const gone: Change = { do: "delete", sk, otherwise: "request.conflict" };
  try {
    await table.write(gone, { do: "update", sk: agentSk(agentId), add, otherwise: "agent.not_found" });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "agent.not_found") await table.write({ ...gone, orMissing: true });
    // otherwise it was removed at the same moment
  }
}
