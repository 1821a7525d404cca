import { audited, auditedPerson } from "#lambdas/audit/audit.ts";
import type { PersonCtx, PublicCtx } from "#platform/rules/context.ts";
import { hashSecret, isSameHash, makeSecret } from "#platform/tokens/secret.ts";
import type { Tokens } from "#platform/tokens/token.ts";
import type { AccessToken, identityContract, Session } from "#shared/contracts/identity.ts";
import type { Input } from "#shared/contracts/route.ts";
import { describeDevice } from "#shared/device-name.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";

import { findMembership, listMemberships } from "../people/membership.repository.ts";
import { findPerson, rememberTenant } from "../people/person.repository.ts";

import {
  deleteSession,
  findSession,
  insertSession,
  listSessionRows,
  moveSession,
  type SessionRow,
  updateAuthTime,
} from "./session.repository.ts";
import { clearSessionCookie, readSessionCookie, setSessionCookie } from "./session-cookie.ts";

type Routes = typeof identityContract;

const SESSION_SECONDS = 7 * 24 * 3600;

export interface SessionPorts {
  readonly tokens: Tokens;
  readonly origin: string;
}

/** Opens a session for someone who has just proved who they are, in the organisation they last worked in. */
export async function startSession(
  ctx: PublicCtx & SessionPorts,
  userId: Id<"user">,
  amr: readonly string[],
): Promise<AccessToken> {
  const now = ctx.now();
  const seconds = Math.floor(now.getTime() / 1000);
  const secret = makeSecret();
  const session: SessionRow = {
    id: newId("session", now),
    userId,
    tenantId: await chooseTenant(ctx, userId),
    secretHash: hashSecret("refresh", secret),
    earlierHash: null,
    seed: null,
    rotatedAt: now.toISOString(),
    device: describeDevice(ctx.request.userAgent),
    place: ctx.request.place,
    amr: [...amr],
    authTime: seconds,
    createdAt: now.toISOString(),
    lastUsedAt: now.toISOString(),
    expiresAt: new Date(now.getTime() + SESSION_SECONDS * 1000).toISOString(),
    ttlSeconds: seconds + SESSION_SECONDS,
  };
  const line = auditedPerson(ctx, userId, "session.started", { sessionId: session.id, userId });
  await ctx.directory.write(insertSession(session), line);
  setSessionCookie(ctx.request, ctx.origin, { userId, sessionId: session.id, secret }, SESSION_SECONDS);
  return grantAccess(ctx, session);
}

async function chooseTenant({ directory }: PublicCtx, userId: Id<"user">): Promise<Id<"tenant"> | null> {
  const [person, memberships] = await Promise.all([findPerson(directory, userId), listMemberships(directory, userId)]);
  const last = memberships.find(({ tenantId }) => tenantId === person?.lastTenantId);
  return (last ?? memberships[0])?.tenantId ?? null;
}

type Granting = Pick<PublicCtx, "directory" | "now"> & SessionPorts;

/** An access token for a session as it is now: with a tenant only while the person belongs to it. */
export async function grantAccess(ctx: Granting, session: SessionRow): Promise<AccessToken> {
  const { tenantId, userId } = session;
  const membership = tenantId ? await findMembership(ctx.directory, userId, tenantId) : undefined;
  const { token, expiresAt } = await ctx.tokens.mint(
    {
      typ: "access",
      sub: userId,
      ...(membership ? { tid: membership.tenantId, role: membership.role } : {}),
      sid: session.id,
      amr: session.amr,
      auth_time: session.authTime,
    },
    ctx.now(),
  );
  return { accessToken: token, expiresAt, tenantId: membership?.tenantId ?? null };
}

/** The person has proved anew who they are: this session counts as just signed in. @throws session.ended when it ended meanwhile */
export async function confirmSession(ctx: PersonCtx & SessionPorts): Promise<AccessToken> {
  const { userId, sessionId } = ctx.actor;
  const authTime = Math.floor(ctx.now().getTime() / 1000);
  const line = auditedPerson(ctx, userId, "session.confirmed", { sessionId, userId });
  await ctx.directory.write(updateAuthTime(userId, sessionId, authTime), line);
  return grantAccess(ctx, await getSession(ctx));
}

async function getSession({ actor, directory }: PersonCtx): Promise<SessionRow> {
  const session = await findSession(directory, actor.userId, actor.sessionId);
  if (!session) throw new AppError("session.ended");
  return session;
}

export async function signOut(ctx: PublicCtx & SessionPorts) {
  const cookie = readSessionCookie(ctx.request, ctx.origin);
  clearSessionCookie(ctx.request, ctx.origin);
  const session = cookie && (await findSession(ctx.directory, cookie.userId, cookie.sessionId));
  if (session && isSameHash(session.secretHash, hashSecret("refresh", cookie.secret))) {
    await endSessionIfAny(ctx, session.userId, session.id);
  }
  return { done: true as const };
}

export async function switchTenant(ctx: PersonCtx & SessionPorts, { tenantId }: Input<Routes["switchTenant"]>) {
  const { userId, sessionId } = ctx.actor;
  const membership = await findMembership(ctx.directory, userId, tenantId);
  if (!membership) throw new AppError("tenant.not_found");
  await ctx
    .enterTenant(membership.tenantId)
    .write(
      moveSession(userId, sessionId, tenantId),
      rememberTenant(userId, tenantId),
      audited(ctx, "session.switched", { sessionId, userId }),
    );
  return grantAccess(ctx, await getSession(ctx));
}

export async function listSessions({ actor, directory }: PersonCtx): Promise<{ items: Session[] }> {
  const rows = await listSessionRows(directory, actor.userId);
  return { items: rows.map((row) => ({ ...row, current: row.id === actor.sessionId })) };
}

export async function revokeSession(ctx: PersonCtx, { sessionId }: Input<Routes["revokeSession"]>) {
  await endSession(ctx, ctx.actor.userId, sessionId, "session.ended");
  return { done: true as const };
}

export async function revokeOtherSessions(ctx: PersonCtx) {
  const rows = await listSessionRows(ctx.directory, ctx.actor.userId);
  const others = rows.filter(({ id }) => id !== ctx.actor.sessionId);
  let revoked = 0;
  for (const { id, userId } of others) revoked += (await endSessionIfAny(ctx, userId, id)) ? 1 : 0;
  return { revoked };
}

type EndEvent = "session.ended" | "session.reuse_detected";

async function endSession(ctx: PublicCtx | PersonCtx, userId: Id<"user">, sessionId: Id<"session">, event: EndEvent) {
  const line = auditedPerson(ctx, userId, event, { sessionId, userId });
  await ctx.directory.write(deleteSession(userId, sessionId), line);
}

/** False when it had ended meanwhile by itself. */
export async function endSessionIfAny(
  ctx: PublicCtx | PersonCtx,
  userId: Id<"user">,
  sessionId: Id<"session">,
  event: EndEvent = "session.ended",
): Promise<boolean> {
  try {
    await endSession(ctx, userId, sessionId, event);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "session.not_found") return false;
    throw error;
  }
}
