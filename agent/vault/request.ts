import * as z from "zod";
import { parseJson } from "#shared/channel/envelope.ts";
import type { Holdings } from "./holdings.ts";
import {
  basicOf,
  fieldOf,
  fillIn,
  forJson,
  forUrl,
  getItem,
  mask,
  namesIn,
  Reference,
  Refused,
  resolve,
} from "./references.ts";

const HeaderName = z.string().regex(/^[A-Za-z0-9-]{1,80}$/);

/**
 * A call of vault_request, as the owner has approved it. References in headers are named apart: OpenClaw takes what stands behind the name of
 * such a header for a secret and blots it out, so that a model would find its own earlier calls spoilt.
 */
const Call = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]).default("GET"),
  url: z.string().max(4_000),
  headers: z.record(HeaderName, z.string().max(8_000)).default({}),
  use: z
    .array(
      z.strictObject({
        header: HeaderName,
        reference: Reference,
        scheme: z
          .string()
          .regex(/^[A-Za-z0-9-]{1,20}$/)
          .optional(),
      }),
    )
    .max(5)
    .default([]),
  body: z.string().max(100_000).optional(),
  basicAuth: z.string().max(40).optional(),
});
type Call = z.infer<typeof Call>;

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** These say where a request goes or how it is cut, which is not for its writer to say. */
const NOT_OURS = /^(host|connection|content-length|transfer-encoding|upgrade|te|trailer|expect|cookie2|proxy-.*)$/i;
const TOLD_HEADERS = ["content-type", "location", "link", "retry-after", "www-authenticate"];
const WAIT_MS = 30_000;
const BODY_BYTES_MAX = 1024 * 1024;
const BODY_CHARS_MAX = 50_000;

export interface How {
  readonly fetch: typeof fetch;
  /** When nothing stands in the way of the request any more; what it throws is said in its place. */
  readonly beforeSent?: () => Promise<void>;
}

/** Undefined for what is no call. */
export const methodOf = (text: string): Call["method"] | undefined => Call.safeParse(parseJson(text)).data?.method;

/**
 * Sends one request with the values in the place of their references: to a site its items were granted for, without following
 * it elsewhere. @throws Refused
 */
export async function sendRequest(text: string, holdings: Pick<Holdings, "find" | "list">, how: How): Promise<Reply> {
  const call = Call.safeParse(parseJson(text)).data;
  if (!call) throw new Refused("The call is not one that vault_request takes.");
  demandSites(call, holdings);
  const { url, init } = fill(call, holdings);
  const held = holdings.list(); // what is taken back meanwhile is masked all the same
  await how.beforeSent?.();
  const response = await how
    .fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(WAIT_MS) })
    .catch(() => {
      throw new Refused("The service did not answer."); // the cause may quote the request
    });
  const told = TOLD_HEADERS.flatMap((name) => [[name, response.headers.get(name)] as const]);
  const headers = told.flatMap(([name, value]) => (value === null ? [] : [[name, mask(value, held)] as const]));
  const body = mask(await readBody(response), held); // before it is cut, or half a value would stand at the end
  return { status: response.status, headers: Object.fromEntries(headers), body: clip(body) };
}

/** Every item in it may go to this site; and there is one, because for anything else this is not the tool. */
function demandSites(call: Call, { find }: Pick<Holdings, "find">): void {
  const { url, headers, use, body = "", basicAuth } = call;
  const named = use.map(({ reference }) => reference.split("/")[0] ?? "");
  const names = new Set([...[url, body].flatMap(namesIn), ...named, ...(basicAuth === undefined ? [] : [basicAuth])]);
  if (names.size === 0) throw new Refused("The request uses nothing of the vault.");
  const site = siteOf(url);
  for (const as of names) {
    const { sites } = getItem(find, as);
    if (!sites.includes(site)) throw new Refused(`"${as}" may be sent to ${sites.join(", ")} and nowhere else.`);
  }
  if (call.body !== undefined && /^(GET|HEAD)$/.test(call.method)) throw new Refused(`A ${call.method} has no body.`);
  if ([...Object.keys(headers), ...use.map(({ header }) => header)].some((name) => NOT_OURS.test(name)))
    throw new Refused("One of the headers may not be set.");
}

function siteOf(url: string): string {
  if (!URL.canParse(url)) throw new Refused("The address is not one.");
  return new URL(url).origin;
}

function fill({ method, url, headers, use, body, basicAuth }: Call, { find }: Pick<Holdings, "find">) {
  const filled = fillIn(url, find, forUrl);
  if (siteOf(filled) !== siteOf(url)) throw new Refused("The address is not one.");
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) setHeader(sent, name, value);
  for (const { header, reference, scheme } of use)
    setHeader(sent, header, [...(scheme ? [scheme] : []), resolve(reference, find)].join(" "));
  if (basicAuth !== undefined) {
    const [user, password] = [fieldOf(find, basicAuth, "username"), fieldOf(find, basicAuth, "password")];
    sent.set("authorization", `Basic ${basicOf(user, password)}`);
  }
  const text = body === undefined ? undefined : fillIn(body, find, encodingOf(sent.get("content-type") ?? ""));
  return { url: filled, init: { method, headers: sent, ...(text === undefined ? {} : { body: text }) } };
}

function setHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    throw new Refused(`The header "${name}" cannot have that value.`); // the error would quote it
  }
}

function encodingOf(contentType: string): (value: string) => string {
  if (/\bjson\b/i.test(contentType)) return forJson;
  return /x-www-form-urlencoded/i.test(contentType) ? forUrl : (value) => value;
}

async function readBody({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body ?? []) {
      size += chunk.length;
      chunks.push(chunk);
      if (size > BODY_BYTES_MAX) break;
    }
  } catch {
    throw new Refused("The service broke off its answer.");
  }
  return Buffer.concat(chunks).toString("utf8");
}

const clip = (text: string): string => (text.length > BODY_CHARS_MAX ? `${text.slice(0, BODY_CHARS_MAX)}…` : text);
