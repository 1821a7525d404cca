import type { PublicCtx } from "#platform/rules/context.ts";
import { hashSecret, isSameHash, makeSecret, nextSecret } from "#platform/tokens/secret.ts";
import type { AccessToken } from "#shared/contracts/identity.ts";
import { AppError } from "#shared/errors.ts";
import { findSession, rotateSession, type SessionRow } from "./session.repository.ts";
import { clearSessionCookie, readSessionCookie, type SessionCookie, setSessionCookie } from "./session-cookie.ts";
import { endSessionIfAny, grantAccess, type SessionPorts } from "./sessions.ts";

const GRACE_MS = 10_000;

type Ctx = PublicCtx & SessionPorts;

/**
 * [Note: refresh secrets] Each secret is good for one refresh. One that comes back later was copied by someone, and it
 * cannot be told by whom: the session ends for both. Tabs that wake together send the same secret within moments, and a page
 * that is loaded anew never sees the answer the old one had asked for: for ten seconds the last secret is answered once more,
 * with the same next one. It is kept nowhere: it follows from the last one, which the browser shows, and a seed, which the row has.
 */
export async function refreshSession(ctx: Ctx): Promise<AccessToken> {
  const cookie = readSessionCookie(ctx.request, ctx.origin);
  const session = cookie && (await findSession(ctx.directory, cookie.userId, cookie.sessionId));
  if (!cookie || !session) return refuse(ctx);
  const isPresent = isSameHash(hashSecret("refresh", cookie.secret), session.secretHash);
  return isPresent ? rotate(ctx, session, cookie) : repeat(ctx, session, cookie);
}

async function rotate(ctx: Ctx, session: SessionRow, cookie: SessionCookie): Promise<AccessToken> {
  const seed = makeSecret();
  const secret = nextSecret(cookie.secret, seed);
  const next = { secretHash: hashSecret("refresh", secret), seed, rotatedAt: ctx.now().toISOString() };
  try {
    await ctx.directory.write(rotateSession(session, next));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const changed = await findSession(ctx.directory, session.userId, session.id);
    return changed ? repeat(ctx, changed, cookie) : refuse(ctx); // another tab was a moment faster
  }
  return grant(ctx, session, { ...cookie, secret });
}

async function repeat(ctx: Ctx, session: SessionRow, cookie: SessionCookie): Promise<AccessToken> {
  const { earlierHash, seed, rotatedAt } = session;
  const isLast = earlierHash !== null && isSameHash(hashSecret("refresh", cookie.secret), earlierHash);
  const isInGrace = isLast && ctx.now().getTime() - Date.parse(rotatedAt) <= GRACE_MS;
  if (isInGrace && seed) return grant(ctx, session, { ...cookie, secret: nextSecret(cookie.secret, seed) });
  await endSessionIfAny(ctx, session.userId, session.id, "session.reuse_detected");
  return refuse(ctx);
}

function grant(ctx: Ctx, session: SessionRow, cookie: SessionCookie): Promise<AccessToken> {
  const secondsLeft = session.ttlSeconds - Math.floor(ctx.now().getTime() / 1000);
  setSessionCookie(ctx.request, ctx.origin, cookie, secondsLeft);
  return grantAccess(ctx, session);
}

function refuse(ctx: Ctx): never {
  clearSessionCookie(ctx.request, ctx.origin);
  throw new AppError("session.ended");
}
