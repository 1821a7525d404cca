import * as z from "zod";
import type { DirectoryChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   pk               sk                    item
 *   USER#<userId>    SESSION#<sessionId>   the session; of its refresh secret the hash, of the one before the hash, and the seed between them
 */
export const SessionRow = z.object({
  id: idOf("session"),
  userId: idOf("user"),
  tenantId: idOf("tenant").nullable(),
  secretHash: z.string(),
  earlierHash: z.string().nullable(),
  seed: z.string().nullable().default(null), // with the secret before, it gives the present one again
  rotatedAt: z.string(),
  device: z.string(),
  place: z.string(),
  amr: z.array(z.string()),
  authTime: z.int(), // when its person last proved who they are: seconds, as the token says it
  createdAt: z.string(),
  lastUsedAt: z.string(),
  expiresAt: z.string(),
  ttlSeconds: z.int(),
});
export type SessionRow = z.infer<typeof SessionRow>;

const at = (userId: Id<"user">, sessionId: Id<"session">) =>
  ({ pk: `USER#${userId}`, sk: `SESSION#${sessionId}` }) as const;

export async function findSession(
  directory: Directory,
  userId: Id<"user">,
  sessionId: Id<"session">,
): Promise<SessionRow | undefined> {
  const { pk, sk } = at(userId, sessionId);
  const row = await directory.at(pk).get(sk);
  return row && SessionRow.parse(row);
}

export async function listSessionRows(directory: Directory, userId: Id<"user">): Promise<SessionRow[]> {
  const rows: SessionRow[] = [];
  for await (const row of directory.at(`USER#${userId}`).list("SESSION#")) rows.push(SessionRow.parse(row));
  return rows;
}

export const insertSession = (session: SessionRow): DirectoryChange => ({
  do: "insert",
  ...at(session.userId, session.id),
  item: session,
  otherwise: "request.conflict",
});

/** Trades one refresh secret for the next. Of two tabs that try at once, one does it. */
export const rotateSession = (
  session: SessionRow,
  { secretHash, seed, rotatedAt }: { readonly secretHash: string; readonly seed: string; readonly rotatedAt: string },
): DirectoryChange => ({
  do: "update",
  ...at(session.userId, session.id),
  set: { secretHash, seed, earlierHash: session.secretHash, rotatedAt, lastUsedAt: rotatedAt },
  if: { secretHash: session.secretHash },
  otherwise: "request.conflict",
  missing: "session.ended",
});

export const moveSession = (userId: Id<"user">, sessionId: Id<"session">, tenantId: Id<"tenant">): DirectoryChange => ({
  do: "update",
  ...at(userId, sessionId),
  set: { tenantId },
  otherwise: "session.ended",
});

export const updateAuthTime = (userId: Id<"user">, sessionId: Id<"session">, authTime: number): DirectoryChange => ({
  do: "update",
  ...at(userId, sessionId),
  set: { authTime },
  otherwise: "session.ended",
});

export const deleteSession = (userId: Id<"user">, sessionId: Id<"session">): DirectoryChange => ({
  do: "delete",
  ...at(userId, sessionId),
  otherwise: "session.not_found",
});
