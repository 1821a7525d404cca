import type * as z from "zod";
import { type Contract, Problem, pathParams, type Route } from "#shared/contracts/route.ts";
import { describeError, type ErrorCode } from "#shared/errors.ts";

/** One function for each route of a contract: it takes what the route's schema takes, and gives what it promises. */
export type Client<C extends Contract> = {
  readonly [K in keyof C]: (input: z.input<C[K]["input"]>) => Promise<z.output<C[K]["reply"]>>;
};

export interface ClientOptions {
  /** The origin, without a closing slash. */
  readonly baseUrl: string;
  /** The bearer token of this moment; none for public routes. */
  readonly token: () => Promise<string | undefined>;
  /** Is asked when a route wants a newer proof of who this is (`auth.stale`): true once there is one, and the call is made again. */
  readonly confirm?: (() => Promise<boolean>) | undefined;
  readonly fetch?: typeof fetch;
}

/** What the API refused, with its public code; `network` where there was no answer, `reply` where it was not ours. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode | "network" | "reply";
  readonly problem: Problem | undefined;

  constructor(
    code: ErrorCode | "network" | "reply",
    message: string,
    more: { problem?: Problem; cause?: unknown } = {},
  ) {
    super(message, { cause: more.cause });
    this.code = code;
    this.problem = more.problem;
  }
}

/** Nobody is signed in here, or not any more. */
export const isSignedOut = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === "auth.required" || error.code === "session.ended");

/** Signed in, but too long ago for what was asked. */
export const isStale = (error: unknown): boolean => error instanceof ApiError && error.code === "auth.stale";

const signedOut = () => new ApiError("auth.required", describeError("auth.required").title);

/** A typed client made from a contract: no endpoint is written twice. */
export function apiClient<C extends Contract>(contract: C, options: ClientOptions): Client<C> {
  const calls = Object.entries(contract).map(([name, route]) => [
    name,
    (input: Record<string, unknown>) => callConfirmed(route, input, options),
  ]);
  return Object.fromEntries(calls) as Client<C>; // built from the contract's own entries, one for each
}

/** Only once: a second refusal is told. */
async function callConfirmed(route: Route, input: Record<string, unknown>, options: ClientOptions): Promise<unknown> {
  try {
    return await callRoute(route, input, options);
  } catch (error) {
    if (!isStale(error) || !(await options.confirm?.())) throw error;
    return callRoute(route, input, options);
  }
}

/** Asks once more where there was no answer, or none of ours to what may be asked twice. */
async function callRoute(route: Route, input: Record<string, unknown>, options: ClientOptions): Promise<unknown> {
  const request = await requestOf(route, input, options);
  const ask = () => (options.fetch ?? fetch)(request.url, request.init);
  const first = await ask().catch(() => undefined);
  if (first && !(isOfGateway(first) && isSafeTwice(route))) return readReply(route, first);
  const second = await ask().catch((cause: unknown) => {
    throw new ApiError("network", "The service did not answer.", { cause });
  });
  return readReply(route, second);
}

/** It changes nothing, or its idempotency key does the work once. */
const isSafeTwice = ({ method, access }: Route): boolean =>
  method === "GET" || (method === "POST" && access !== "public" && access !== "task");

/** A function that died, or was too slow: the gateway answers in its place, and what was done is not known. */
const isOfGateway = ({ status, headers }: Response): boolean =>
  status >= 500 && !headers.get("content-type")?.startsWith("application/problem+json");

async function requestOf(route: Route, input: Record<string, unknown>, { baseUrl, token }: ClientOptions) {
  const inPath = new Set(pathParams(route.path));
  const rest = Object.entries(input).filter(([name, value]) => !inPath.has(name) && value !== undefined);
  const inQuery = route.method === "GET" || route.method === "DELETE";
  const query = inQuery ? new URLSearchParams(rest.map(([name, value]) => [name, String(value)])).toString() : "";
  const bearer = route.access === "public" ? undefined : await token();
  if (route.access !== "public" && bearer === undefined) throw signedOut();
  const headers = {
    ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
    ...(inQuery ? {} : { "content-type": "application/json" }),
    ...(route.method === "POST" ? { "idempotency-key": crypto.randomUUID() } : {}),
  };
  const url = `${baseUrl}${fillPath(route.path, input)}${query && `?${query}`}`;
  const body = inQuery ? {} : { body: JSON.stringify(Object.fromEntries(rest)) };
  return { url, init: { method: route.method, headers, credentials: "same-origin" as const, ...body } };
}

async function readReply(route: Route, response: Response): Promise<unknown> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok) return route.reply.parse(answer);
  const problem = Problem.safeParse(answer);
  if (!problem.success && response.status === 401) throw signedOut(); // the gateway's own answer, before any of ours
  if (!problem.success) throw new ApiError("reply", `The service answered ${response.status}.`);
  throw new ApiError(problem.data.code, problem.data.title, { problem: problem.data });
}

const fillPath = (path: string, input: Record<string, unknown>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(input[name])));
