import type { PublicCtx } from "#platform/rules/context.ts";
import { hashSecret, isSameHash, makeSecret } from "#platform/tokens/secret.ts";
import type { AccessToken } from "#shared/contracts/identity.ts";
import { AppError } from "#shared/errors.ts";
import { findSession, rotateSession, type SessionRow } from "./session.repository.ts";
import { clearSessionCookie, readSessionCookie, type SessionCookie, setSessionCookie } from "./session-cookie.ts";
import { endSessionIfAny, grantAccess, type SessionPorts } from "./sessions.ts";

const GRACE_MS = 10_000;

/**
 * [Note: refresh secrets] Each secret is good for one refresh. One that comes back later was copied by someone, and it
 * cannot be told by whom: the session ends for both. Tabs that wake together send the same secret within moments; for ten
 * seconds the last one is still answered, with an access token and without a new secret, which the first tab has received.
 */
export async function refreshSession(ctx: PublicCtx & SessionPorts): Promise<AccessToken> {
  const cookie = readSessionCookie(ctx.request, ctx.origin);
  const session = cookie && (await findSession(ctx.directory, cookie.userId, cookie.sessionId));
  if (!cookie || !session) return refuse(ctx);

  const hash = hashSecret("refresh", cookie.secret);
  if (isSameHash(hash, session.secretHash)) return rotate(ctx, session, cookie);
  if (isInGrace(session, hash, ctx.now())) return grantAccess(ctx, session);
  await endSessionIfAny(ctx, session.userId, session.id, "session.reuse_detected");
  return refuse(ctx);
}

async function rotate(ctx: PublicCtx & SessionPorts, session: SessionRow, cookie: SessionCookie): Promise<AccessToken> {
  const now = ctx.now();
  const secret = makeSecret();
  try {
    await ctx.directory.write(rotateSession(session, hashSecret("refresh", secret), now.toISOString()));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return error.code === "session.ended" ? refuse(ctx) : grantAccess(ctx, session); // another tab was a moment faster
  }
  const secondsLeft = session.ttlSeconds - Math.floor(now.getTime() / 1000);
  setSessionCookie(ctx.request, ctx.origin, { ...cookie, secret }, secondsLeft);
  return grantAccess(ctx, session);
}

function isInGrace(session: SessionRow, hash: string, now: Date): boolean {
  const isEarlier = session.earlierHash !== null && isSameHash(hash, session.earlierHash);
  return isEarlier && now.getTime() - Date.parse(session.rotatedAt) <= GRACE_MS;
}

function refuse(ctx: PublicCtx & SessionPorts): never {
  clearSessionCookie(ctx.request, ctx.origin);
  throw new AppError("session.ended");
}
