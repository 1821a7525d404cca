import * as z from "zod";
import { ERROR_CODES } from "#shared/errors.ts";
import type { Permission } from "#shared/permissions.ts";

/**
 * Who may call: a permission of the caller's role in their organisation, or one of
 * `public` (anyone), `signed_in` (a person, in an organisation or not yet), `task` (an agent task's service token).
 */
export type Access = Permission | "public" | "signed_in" | "task";

/**
 * One HTTP route, said once: the Lambda that serves it, the stack that exposes it, the browser that
 * calls it, the reference that explains it and the tests that attack it all read this.
 */
export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: `/${string}`;
  readonly access: Access;
  /** A person has to have proved who they are within five minutes (`auth.stale`); an API key's scopes stand. */
  readonly fresh?: true;
  readonly summary: string;
  readonly status?: 200 | 201 | 202;
  readonly input: z.ZodObject;
  readonly reply: z.ZodType;
}

export type Contract = Readonly<Record<string, Route>>;
export type Input<R extends Route> = z.output<R["input"]>;
export type Reply<R extends Route> = z.input<R["reply"]>;

/** Path parameters in order: "/v1/agents/{agentId}" gives ["agentId"]. */
export function pathParams(path: string): string[] {
  return Array.from(path.matchAll(/\{(\w+)\}/g), (match) => match[1] ?? "");
}

/** RFC 9457, plus our `code`, `request_id` and `fix`. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(ERROR_CODES),
  fix: z.string(),
  request_id: z.string(),
  errors: z.array(z.object({ path: z.string(), reason: z.string() })).optional(),
  details: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** A page of a list: ask again with `cursor` while there is one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), cursor: z.string().nullable() });
export const PageQuery = z.object({
  cursor: z.string().max(2048).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

/** Bytes as canonical base64url, at most `bytesMax` of them. */
export const sealedBytes = (bytesMax: number) =>
  z
    .string()
    .regex(/^[A-Za-z0-9_-]*$/, "expected base64url")
    .max(Math.ceil((bytesMax * 4) / 3));
/** OCSW: the caller's root has signed every other field of the request, and where what it changes stands. */
export const SignedWrite = sealedBytes(142);
export const Instant = z.iso.datetime();
export const Done = z.object({ done: z.literal(true) });
