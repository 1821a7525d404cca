import type { Access } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { allows } from "#shared/permissions.ts";
import type { Actor } from "./context.ts";

/** @throws unless this actor may use a route of this access */
export function authorize(actor: Actor, access: Access): void {
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
