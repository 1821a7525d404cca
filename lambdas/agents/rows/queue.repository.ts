import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Instant } from "#shared/contracts/route.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { agentSk, partsOf } from "./agent.repository.ts";

/**
 * Messages for an agent that has no task, sealed to it:
 *   OF#<agentId>#QUEUE#<frameId>      the message; frame ids grow with time
 *   OF#<agentId>#QUEUED#<messageId>   that it was left once; kept for seven days, as long as a device may repeat it
 */
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
const REMEMBERED_SECONDS = 7 * 86_400;

export const queueOf = (agentId: Id<"agent">): string => `${partsOf(agentId)}QUEUE#`;

/** The message, the note that it was left, and the agent's count of both; all or none. */
export function insertQueued(agentId: Id<"agent">, message: Queued): Change[] {
  const remembered = Math.floor(Date.parse(message.at) / 1000) + REMEMBERED_SECONDS;
  return [
    {
      do: "insert",
      sk: `${partsOf(agentId)}QUEUED#${message.messageId}`,
      item: { at: message.at, ttlSeconds: remembered },
      otherwise: "request.conflict",
    },
    { do: "insert", sk: `${queueOf(agentId)}${message.id}`, item: message, otherwise: "request.conflict" },
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

export async function findQueued(
  table: TenantTable,
  agentId: Id<"agent">,
  id: Id<"frame">,
): Promise<Queued | undefined> {
  const row = await table.get(`${queueOf(agentId)}${id}`);
  return row && Queued.parse(row);
}

export const removeQueued = (agentId: Id<"agent">, { id, bytes }: Queued): Change[] => [
  { do: "delete", sk: `${queueOf(agentId)}${id}`, otherwise: "request.conflict" },
  { do: "update", sk: agentSk(agentId), add: { queued: -1, queuedBytes: -bytes }, otherwise: "agent.not_found" },
];
