import * as z from "zod";
import type { DirectoryChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { hashSecret, makeSecret } from "#platform/tokens/secret.ts";
import { AppError } from "#shared/errors.ts";
import { idOf } from "#shared/ids.ts";
import { DeviceEnd } from "./connection.repository.ts";

/** RELAY#<hash> / TICKET: who may open one socket, once, within 30 seconds. What an end is bound to is decided here, not by the end. */
export const Bearer = z.discriminatedUnion("side", [
  DeviceEnd,
  z.object({ side: z.literal("task"), taskId: idOf("task") }),
]);
export type Bearer = z.infer<typeof Bearer>;

const LIFE_SECONDS = 30;

/** The ticket, and the row to be written for it. */
export function makeTicket(bearer: Bearer, now: Date) {
  const ticket = makeSecret();
  const expires = new Date(now.getTime() + LIFE_SECONDS * 1000);
  const row: DirectoryChange = {
    do: "insert",
    pk: `RELAY#${hashSecret("relay", ticket)}`,
    sk: "TICKET",
    item: { ...bearer, ttlSeconds: Math.floor(expires.getTime() / 1000) },
    otherwise: "relay.ticket_invalid",
  };
  return { reply: { ticket, expiresAt: expires.toISOString() }, row };
}

/** Whose ticket it was; from now on nobody's. Undefined for any that is not good now. */
export async function useTicket(directory: Directory, ticket: string): Promise<Bearer | undefined> {
  const pk = `RELAY#${hashSecret("relay", ticket)}` as const;
  const row = await directory.at(pk).get("TICKET");
  if (!row) return undefined;
  try {
    await directory.write({ do: "delete", pk, sk: "TICKET", otherwise: "relay.ticket_invalid" });
  } catch (error) {
    if (error instanceof AppError) return undefined; // another one was faster
    throw error;
  }
  return Bearer.parse(row);
}
