import type { Access } from "#shared/contracts/route.ts";
import type { Id } from "#shared/ids.ts";
import type { Permission, Role } from "#shared/permissions.ts";
import type { Directory } from "../tables/directory.ts";
import type { TenantTable } from "../tables/table.ts";

/** Anyone at all: only `public` routes meet them. */
interface Anyone {
  readonly kind: "anyone";
}

/** A signed-in person, who works in one organisation or in none yet. */
export interface Person {
  readonly kind: "user";
  readonly userId: Id<"user">;
  readonly sessionId: Id<"session">;
  readonly authTime: number; // when they last proved who they are, in seconds
  readonly tenantId: Id<"tenant"> | null;
  readonly role: Role | null;
}

/** A program with a person's API key: it may do what the key was given and the person may still do. */
interface ApiKeyActor {
  readonly kind: "key";
  readonly userId: Id<"user">;
  readonly keyId: Id<"apiKey">;
  readonly tenantId: Id<"tenant">;
  readonly role: Role;
  readonly permissions: readonly Permission[];
}

/** An agent's task; unassigned while it waits in the warm pool. */
export interface TaskActor {
  readonly kind: "task";
  readonly taskId: Id<"task">;
  readonly assignment: {
    readonly tenantId: Id<"tenant">;
    readonly agentId: Id<"agent">;
    readonly userId: Id<"user">;
    readonly generation: number;
  } | null;
}

/** The platform itself, in a job or a step of a state machine. */
interface System {
  readonly kind: "system";
  readonly job: string;
}

export type Actor = Anyone | Person | ApiKeyActor | TaskActor | System;
export type Member = (Person & { readonly tenantId: Id<"tenant">; readonly role: Role }) | ApiKeyActor;

/** What is known of the request beside its input. */
export interface Request {
  readonly id: string;
  readonly ip: string;
  readonly userAgent: string;
  readonly place: string; // a city or country as CloudFront tells it, or "unknown"
  readonly cookies: Readonly<Record<string, string>>;
  readonly setCookie: (cookie: string) => void;
}

interface Base {
  readonly now: () => Date;
  readonly directory: Directory;
  /**
   * For the few rules that begin outside a tenant: founding one, accepting an invite, a task's first call, a job.
   * The id comes from a row the caller has proved to own, never from input. A test lists who may call it.
   */
  readonly enterTenant: (tenantId: Id<"tenant">) => TenantTable;
}

interface Asked extends Base {
  readonly request: Request;
}

export interface PublicCtx extends Asked {
  readonly actor: Anyone;
}
export interface PersonCtx extends Asked {
  readonly actor: Person;
}
/**
 * All a domain function may touch of the world. It holds no tenant id to pass about:
 * `table` is already this tenant's, and there is no other way to the data.
 */
export interface Ctx extends Asked {
  readonly actor: Member;
  readonly table: TenantTable;
}
export interface TaskCtx extends Asked {
  readonly actor: TaskActor;
}
export interface JobCtx extends Base {
  readonly actor: System;
}

/** What a function is given, by who may call its route. */
export type CtxOf<A extends Access> = A extends "public"
  ? PublicCtx
  : A extends "signed_in"
    ? PersonCtx
    : A extends "task"
      ? TaskCtx
      : Ctx;

/** Who acted, for logs and audit lines. */
export function actorId(actor: Actor): string {
  if (actor.kind === "user") return actor.userId;
  if (actor.kind === "key") return actor.keyId;
  if (actor.kind === "task") return actor.taskId;
  return actor.kind === "system" ? `system:${actor.job}` : "anyone";
}

/** The tenant a caller works in; a task's is taken from its assignment by the rules for tasks. */
export const tenantOf = (actor: Actor): Id<"tenant"> | null =>
  actor.kind === "user" || actor.kind === "key" ? actor.tenantId : null;
