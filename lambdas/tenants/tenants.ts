import { audited } from "#lambdas/audit/audit.ts";
import { insertMembership } from "#lambdas/identity/people/membership.repository.ts";
import { findPerson } from "#lambdas/identity/people/person.repository.ts";
import type { Ctx, PersonCtx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Tenant, tenantsContract } from "#shared/contracts/tenants.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";
import { insertMember } from "./member.repository.ts";
import { isReserved } from "./slugs.ts";
import { countOwned, findTenant, insertTenant, renameTenantRows } from "./tenant.repository.ts";

type Routes = typeof tenantsContract;

/** The organisation, its short name, its owner and the owner's membership come to be together or not at all. */
export async function createTenant(ctx: PersonCtx, { name, slug }: Input<Routes["create"]>): Promise<Tenant> {
  if (isReserved(slug)) throw new AppError("tenant.slug_taken");
  const { userId } = ctx.actor;
  const person = await findPerson(ctx.directory, userId);
  if (!person) throw new AppError("session.ended");

  const createdAt = ctx.now().toISOString();
  const tenant: Tenant = { id: newId("tenant", ctx.now()), name, slug, tier: "free", createdAt, version: 1 };
  await ctx
    .enterTenant(tenant.id)
    .write(
      ...insertTenant(tenant),
      insertMember({ userId, email: person.email, role: "owner", joinedAt: createdAt, version: 1 }),
      insertMembership(userId, { tenantId: tenant.id, slug, role: "owner" }),
      countOwned(userId, 1),
      audited(ctx, "tenant.created", { tenantId: tenant.id, userId }),
    );
  return tenant;
}

export async function getTenant({ table }: Ctx): Promise<Tenant> {
  const tenant = await findTenant(table);
  if (!tenant) throw new AppError("tenant.not_found");
  return tenant;
}

export async function renameTenant(ctx: Ctx, { name, version }: Input<Routes["rename"]>): Promise<Tenant> {
  const tenant = await getTenant(ctx);
  await ctx.table.write(...renameTenantRows({ ...tenant, version }, name), audited(ctx, "tenant.renamed", { version }));
  return { ...tenant, name, version: version + 1 };
}
