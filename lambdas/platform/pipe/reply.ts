import type { Problem } from "#shared/contracts/route.ts";
import { type AppError, describeError } from "#shared/errors.ts";
import type { HttpResult } from "./event.ts";

/** The day of the last change that a program could notice. */
const API_VERSION = "2026-11-23";

export function sendReply(statusCode: number, body: unknown, requestId: string, cookies: string[]): HttpResult {
  const reply: HttpResult = {
    statusCode,
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "ocmt-version": API_VERSION,
      "x-content-type-options": "nosniff",
      "request-id": requestId,
    },
    body: JSON.stringify(body),
  };
  if (cookies.length > 0) reply.cookies = cookies;
  return reply;
}

/** RFC 9457. A failure of ours tells its code and nothing else. */
export function problemReply(error: AppError, requestId: string, cookies: string[]): HttpResult {
  const { status, title, fix } = describeError(error.code);
  const { errors, retryAfterSeconds, ...details } = status < 500 ? error.details : {};
  const problem = {
    type: `urn:ocmt:problem:${error.code}`,
    title,
    status,
    code: error.code,
    fix,
    request_id: requestId,
    ...(Array.isArray(errors) ? { errors } : {}),
    ...(Object.keys(details).length > 0 ? { details } : {}),
  } satisfies Problem;
  const reply = sendReply(status, problem, requestId, cookies);
  return {
    ...reply,
    headers: {
      ...reply.headers,
      "content-type": "application/problem+json",
      ...(typeof retryAfterSeconds === "number" ? { "retry-after": String(Math.ceil(retryAfterSeconds)) } : {}),
    },
  };
}
