import * as z from "zod";
import type { Request } from "#platform/rules/context.ts";
import { cookieName, formatCookie } from "#platform/rules/cookie.ts";
import { type Id, idOf } from "#shared/ids.ts";

/** `<userId>.<sessionId>.<secret>`: names the row, so that finding it needs no index, and proves the right to it. */
const Parts = z.tuple([idOf("user"), idOf("session"), z.string().length(43)]);

export interface SessionCookie {
  readonly userId: Id<"user">;
  readonly sessionId: Id<"session">;
  readonly secret: string;
}

export function readSessionCookie(request: Request, origin: string): SessionCookie | undefined {
  const value = request.cookies[cookieName(origin, "session")];
  const parsed = Parts.safeParse(value?.split("."));
  if (!parsed.success) return undefined;
  const [userId, sessionId, secret] = parsed.data;
  return { userId, sessionId, secret };
}

export function setSessionCookie(request: Request, origin: string, cookie: SessionCookie, maxAgeSeconds: number): void {
  const value = `${cookie.userId}.${cookie.sessionId}.${cookie.secret}`;
  request.setCookie(formatCookie(origin, { name: "session", value, maxAgeSeconds }));
}

export function clearSessionCookie(request: Request, origin: string): void {
  request.setCookie(formatCookie(origin, { name: "session", value: "", maxAgeSeconds: 0 }));
}
