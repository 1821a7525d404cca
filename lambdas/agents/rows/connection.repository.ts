import * as z from "zod";
import type { Change, DirectoryChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Assignment } from "#shared/contracts/tasks.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { partsOf } from "./agent.repository.ts";

/**
 * An open socket at the relay, by its name:
 *   CONNECTION#<name> / CONNECTION    whose it is, in the directory
 *   OF#<agentId>#CONN#<name>          the same for a device, in its tenant: who is to be told about an agent
 * API Gateway closes a socket after two hours, so no row outlives that by much.
 */
export const DeviceEnd = z.object({
  side: z.literal("device"),
  tenantId: idOf("tenant"),
  agentId: idOf("agent"),
  userId: idOf("user"),
  deviceId: idOf("device"),
  sessionId: idOf("session").nullable(), // the sign-in it was opened under
  keyId: idOf("apiKey").nullable(), // or the API key
});
export type DeviceEnd = z.infer<typeof DeviceEnd>;
const TaskEnd = z.object({ side: z.literal("task"), taskId: idOf("task"), assignment: Assignment.nullable() });
export type TaskEnd = z.infer<typeof TaskEnd>;
const End = z.discriminatedUnion("side", [DeviceEnd, TaskEnd]);
export type End = z.infer<typeof End>;

const LIFE_SECONDS = 3 * 3600;
const ttlSeconds = (now: Date): number => Math.floor(now.getTime() / 1000) + LIFE_SECONDS;

export async function findEnd(directory: Directory, connectionId: string): Promise<End | undefined> {
  const row = await directory.at(`CONNECTION#${connectionId}`).get("CONNECTION");
  return row && End.parse(row);
}

export const putEnd = (connectionId: string, end: End, now: Date): DirectoryChange => ({
  do: "put",
  pk: `CONNECTION#${connectionId}`,
  sk: "CONNECTION",
  item: { ...end, ttlSeconds: ttlSeconds(now) },
  orMissing: true,
  otherwise: "relay.ticket_invalid",
});

export const removeEnd = (connectionId: string): DirectoryChange => ({
  do: "delete",
  pk: `CONNECTION#${connectionId}`,
  sk: "CONNECTION",
  orMissing: true,
  otherwise: "relay.ticket_invalid",
});

export const putDevice = (connectionId: string, { agentId, deviceId }: DeviceEnd, now: Date): Change => ({
  do: "put",
  sk: `${partsOf(agentId)}CONN#${connectionId}`,
  item: { connectionId, deviceId, ttlSeconds: ttlSeconds(now) },
  orMissing: true,
  otherwise: "relay.ticket_invalid",
});

export const removeDevice = (connectionId: string, agentId: Id<"agent">): Change => ({
  do: "delete",
  sk: `${partsOf(agentId)}CONN#${connectionId}`,
  orMissing: true,
  otherwise: "relay.ticket_invalid",
});

const DeviceSocket = z.object({ connectionId: z.string(), ttlSeconds: z.int() });
type DeviceSocket = z.infer<typeof DeviceSocket>;

/** The sockets that devices hold open to an agent. */
export async function* listDevices(table: TenantTable, agentId: Id<"agent">): AsyncIterable<DeviceSocket> {
  for await (const row of table.list(`${partsOf(agentId)}CONN#`)) yield DeviceSocket.parse(row);
}

const OPENING_SECONDS = 60;

/** API Gateway knows a socket only once its row is written: until then it says of one that opens what it says of one that is gone. */
export const mayBeOpening = ({ ttlSeconds: until }: DeviceSocket, now: Date): boolean =>
  until > ttlSeconds(now) - OPENING_SECONDS;
