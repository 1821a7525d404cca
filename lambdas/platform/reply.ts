import type { Problem } from "#shared/contracts/route.ts";
import { type AppError, describeError } from "#shared/errors.ts";
import type { HttpResult } from "./http.ts";

/** The day of the last change that a program could notice. */
export const API_VERSION = "2026-11-23";

const HEADERS = { "cache-control": "no-store", "ocmt-version": API_VERSION, "x-content-type-options": "nosniff" };

export function sendReply(statusCode: number, body: unknown, requestId: string, cookies: string[]): HttpResult {
  return {
    statusCode,
    headers: { ...HEADERS, "content-type": "application/json", "request-id": requestId },
    body: JSON.stringify(body),
    ...(cookies.length > 0 ? { cookies } : {}),
  };
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
  return {
    statusCode: status,
    headers: {
      ...HEADERS,
      "content-type": "application/problem+json",
      "request-id": requestId,
      ...(typeof retryAfterSeconds === "number" ? { "retry-after": String(Math.ceil(retryAfterSeconds)) } : {}),
    },
    body: JSON.stringify(problem),
    ...(cookies.length > 0 ? { cookies } : {}),
  };
}
