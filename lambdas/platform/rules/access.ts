import type { Access, Route } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { allows } from "#shared/permissions.ts";
import type { Actor } from "./context.ts";

const FRESH_SECONDS = 5 * 60;

/** @throws unless this actor may use this route now */
export function authorize(actor: Actor, { access, fresh }: Pick<Route, "access" | "fresh">, now: Date): void {
  checkAccess(actor, access);
  const isStale = actor.kind === "user" && now.getTime() / 1000 - actor.authTime > FRESH_SECONDS;
  if (fresh && isStale) throw new AppError("auth.stale"); // [Note: step-up]
}

function checkAccess(actor: Actor, access: Access): void {
  if (access === "public") return;
  if (actor.kind === "anyone") throw new AppError("auth.required");
  if (access === "task" || access === "signed_in") {
    if (actor.kind !== (access === "task" ? "task" : "user")) throw new AppError("auth.forbidden");
    return;
  }
  if (actor.kind !== "user" && actor.kind !== "key") throw new AppError("auth.forbidden");
  if (actor.tenantId === null || actor.role === null) throw new AppError("auth.no_tenant");
  if (!allows(actor.role, access)) throw new AppError("auth.forbidden");
  if (actor.kind === "key" && !actor.permissions.includes(access)) throw new AppError("auth.forbidden");
}
