import * as z from "zod";
import { AppError } from "#shared/errors.ts";
import { idOf } from "#shared/ids.ts";
import { PERMISSIONS, ROLE_NAMES } from "#shared/permissions.ts";
import type { HttpEvent } from "../pipe/event.ts";
import type { Actor } from "./context.ts";

/** What the authorizer found, as API Gateway hands it on: flat values, empty text for what is not there. */
const none = z.literal("").transform(() => null);
const Claims = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("user"),
    userId: idOf("user"),
    sid: idOf("session"),
    authTime: z.coerce.number<number>().int().nonnegative().default(0), // an authorizer of the release before says none
    tid: z.union([idOf("tenant"), none]),
    role: z.union([z.enum(ROLE_NAMES), none]),
  }),
  z.object({
    kind: z.literal("key"),
    userId: idOf("user"),
    keyId: idOf("apiKey"),
    tid: idOf("tenant"),
    role: z.enum(ROLE_NAMES),
    permissions: z
      .string()
      .transform((list) => list.split(","))
      .pipe(z.array(z.enum(PERMISSIONS))),
  }),
  z.object({
    kind: z.literal("task"),
    taskId: idOf("task"),
    tid: z.union([idOf("tenant"), none]),
    agentId: z.union([idOf("agent"), none]),
    userId: z.union([idOf("user"), none]),
    generation: z.coerce.number().int().nonnegative(),
  }),
]);
export type AuthorizerClaims = z.input<typeof Claims>;

/** @throws auth.required unless the authorizer's claims are there and whole. Only API Gateway may invoke the function. */
export function readClaims(event: HttpEvent): Actor {
  const { authorizer } = event.requestContext as { authorizer?: { lambda?: unknown } }; // set for routes with an authorizer
  const parsed = Claims.safeParse(authorizer?.lambda);
  if (!parsed.success) throw new AppError("auth.required");
  const claims = parsed.data;
  if (claims.kind === "user") {
    const { userId, sid, authTime, tid, role } = claims;
    return { kind: "user", userId, sessionId: sid, authTime, tenantId: tid, role };
  }
  if (claims.kind === "key") {
    const { userId, keyId, tid, role, permissions } = claims;
    return { kind: "key", userId, keyId, tenantId: tid, role, permissions };
  }
  const { taskId, tid, agentId, userId, generation } = claims;
  const assignment = tid && agentId && userId ? { tenantId: tid, agentId, userId, generation } : null;
  return { kind: "task", taskId, assignment };
}
