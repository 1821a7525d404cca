import { audited } from "#lambdas/audit/audit.ts";
import { insertMembership } from "#lambdas/identity/people/membership.repository.ts";
import { findPerson } from "#lambdas/identity/people/person.repository.ts";
import type { PersonCtx } from "#platform/rules/context.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Tenant, tenantsContract } from "#shared/contracts/tenants.ts";
import { AppError } from "#shared/errors.ts";
import { TIERS } from "#shared/quotas.ts";
import { checkCleared, insertMember } from "../member.repository.ts";
import { checkTier, countMemberIn, findTenant } from "../tenant.repository.ts";
import { deleteInvite, findInvite, findPointer, type InviteRow } from "./invite.repository.ts";
import { isOpen } from "./invites.ts";

type Routes = typeof tenantsContract;

export async function showInvite(ctx: PersonCtx, { secret }: Input<Routes["showInvite"]>) {
  const { tenant, invite } = await open(ctx, secret);
  return { tenantName: tenant.name, role: invite.role, expiresAt: invite.expiresAt };
}

/** Joining uses the invite up and is counted against the plan in one write: a hundred at once fill what is left, no more. */
export async function acceptInvite(ctx: PersonCtx, { secret }: Input<Routes["acceptInvite"]>) {
  const { table, tenant, invite } = await open(ctx, secret);
  const { userId } = ctx.actor;
  const { email, role } = invite;
  const { usersMax } = TIERS[tenant.tier];
  const joinedAt = ctx.now().toISOString();
  const joining = table.write(
    ...deleteInvite(invite),
    checkCleared(userId),
    insertMember({ userId, email, role, joinedAt, version: 1 }),
    insertMembership(userId, { tenantId: tenant.id, slug: tenant.slug, role }),
    checkTier(tenant),
    countMemberIn(usersMax),
    audited(ctx, "member.joined", { userId, inviteId: invite.id, role }),
  );
  await joining.catch((error: unknown) => {
    const isFull = error instanceof AppError && error.code === "quota.exceeded";
    if (!isFull) throw error;
    throw new AppError("quota.exceeded", { details: { what: "users", limit: usersMax, current: usersMax } });
  });
  return { tenantId: tenant.id };
}

export async function declineInvite(ctx: PersonCtx, { secret }: Input<Routes["declineInvite"]>) {
  const { table, invite } = await open(ctx, secret);
  await table.write(...deleteInvite(invite), audited(ctx, "invite.declined", { inviteId: invite.id }));
  return { done: true as const };
}

interface Opened {
  readonly table: TenantTable;
  readonly tenant: Tenant;
  readonly invite: InviteRow;
}

/** What a secret opens, for the person it was sent to: the secret proves the right to this one invite's tenant. */
async function open(ctx: PersonCtx, secret: string): Promise<Opened> {
  const pointer = await findPointer(ctx.directory, secret);
  if (!pointer) throw new AppError("invite.not_found");
  const table = ctx.enterTenant(pointer.tenantId);
  const [invite, tenant, person] = await Promise.all([
    findInvite(table, pointer.inviteId),
    findTenant(table),
    findPerson(ctx.directory, ctx.actor.userId),
  ]);
  if (!invite || !tenant) throw new AppError("invite.not_found");
  if (invite.email !== person?.email) throw new AppError("invite.other_address");
  if (!isOpen(invite, ctx.now())) throw new AppError("invite.expired");
  return { table, tenant, invite };
}
