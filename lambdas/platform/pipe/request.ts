import { AppError } from "#shared/errors.ts";
import type { Request } from "../rules/context.ts";
import type { HttpEvent } from "./event.ts";
import { checkShape } from "./json-limits.ts";
import type { RouteEntry } from "./routes.ts";

const BODY_BYTES_MAX = 256 * 1024;

/** Query, body and path together, path last: a body cannot rename the thing it acts on. The contract parses the whole. */
export function parseInput({ route, params, hasBody }: RouteEntry, event: HttpEvent): Record<string, unknown> {
  const query = event.queryStringParameters;
  const body: Record<string, unknown> = hasBody && event.body ? parseBody(event.body, event.isBase64Encoded) : {};
  const merged = query ? { ...query, ...body } : body; // both were made for this request alone
  for (const name of params) merged[name] = event.pathParameters?.[name];
  const parsed = route.input.safeParse(merged);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), reason: message }));
    throw new AppError("request.invalid", { details: { errors } });
  }
  return parsed.data;
}

function parseBody(encoded: string, isBase64: boolean): Record<string, unknown> {
  const text = isBase64 ? decodeBody(encoded) : encoded;
  // No character takes more than three bytes, so most bodies need not be measured.
  const isLarge = text.length * 3 > BODY_BYTES_MAX && Buffer.byteLength(text) > BODY_BYTES_MAX;
  if (isLarge) throw new AppError("request.too_large");
  const body = parseJson(text);
  if (typeof body !== "object" || body === null || Array.isArray(body)) refuse("expected a JSON object");
  checkShape(body);
  return body as Record<string, unknown>; // the lines above left nothing else
}

function decodeBody(encoded: string): string {
  if (encoded.length > BODY_BYTES_MAX * 2) throw new AppError("request.too_large");
  return Buffer.from(encoded, "base64").toString("utf8");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return refuse("expected JSON"); // the parser's message quotes its input, which may be secret
  }
}

export function refuse(reason: string): never {
  throw new AppError("request.invalid", { details: { errors: [{ path: "", reason }] } });
}

/**
 * A browser says where a POST comes from. One that carries our cookie, or that names an origin at all, must come from
 * our own pages; programs without cookies name none.
 */
export function checkOrigin(event: HttpEvent, ours: string): void {
  if (event.requestContext.http.method === "GET") return;
  const origin = event.headers["origin"];
  if (origin === ours) return;
  if (origin !== undefined || cookiesOf(event).length > 0) throw new AppError("auth.origin");
}

export function readRequest(event: HttpEvent, setCookies: string[]): Request {
  const { headers, requestContext } = event;
  return {
    id: requestContext.requestId,
    ip: viewerOf(headers) ?? requestContext.http.sourceIp,
    userAgent: (headers["user-agent"] ?? "").slice(0, 300),
    place: placeOf(headers["cloudfront-viewer-city"], headers["cloudfront-viewer-country"]),
    cookies: parseCookies(cookiesOf(event)),
    setCookie: (cookie) => {
      setCookies.push(cookie);
    },
  };
}

/** Behind CloudFront the peer is an edge; it names the viewer as `address:port`. */
const viewerOf = (headers: HttpEvent["headers"]): string | undefined =>
  headers["cloudfront-viewer-address"]?.replace(/:\d+$/, "").slice(0, 64);

/** CloudFront adds these where it is told to; they are hints for the person's own list of sessions, never a proof. */
function placeOf(city: string | undefined, country: string | undefined): string {
  if (city === undefined && country === undefined) return "unknown";
  return [city, country].filter(Boolean).join(", ").slice(0, 80) || "unknown";
}

/** API Gateway takes them out of the header into a list of their own; the emulator leaves them in the header. */
function cookiesOf({ cookies, headers }: HttpEvent): readonly string[] {
  if (cookies) return cookies;
  return headers["cookie"] === undefined ? NONE : [headers["cookie"]];
}
const NONE: readonly string[] = [];

function parseCookies(cookies: readonly string[]): Record<string, string> {
  if (cookies.length === 0) return {};
  const pairs = cookies
    .flatMap((line) => line.split(";"))
    .map((pair) => pair.trim().split("=", 2) as [string, string?]);
  return Object.fromEntries(pairs.map(([name, value]) => [name, value ?? ""]));
}
