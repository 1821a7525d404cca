import { audited } from "#lambdas/audit/audit.ts";
import { deleteAllKeys, listKeys } from "#lambdas/identity/keys/api-key.repository.ts";
import { deleteMembership, setMembershipRole } from "#lambdas/identity/people/membership.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Member, tenantsContract } from "#shared/contracts/tenants.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { deleteMember, findMember, pageMembers, putLeaver, setMemberRole } from "./member.repository.ts";
import { countMembers, countOwned } from "./tenant.repository.ts";

type Routes = typeof tenantsContract;

export const listMembers = ({ table }: Ctx, page: Input<Routes["listMembers"]>) => pageMembers(table, page);

/**
 * The version pins the role that was seen, and the count of owners is judged in the same write: of any number of
 * demotions at once, one owner remains.
 */
export async function changeRole(ctx: Ctx, { userId, role, version }: Input<Routes["changeRole"]>): Promise<Member> {
  const member = await getMember(ctx, userId);
  demandOwnerFor(ctx, member.role === "owner" || role === "owner");
  if (member.version !== version) throw new AppError("request.conflict");
  const owners = Number(role === "owner") - Number(member.role === "owner");
  await ctx.table.write(
    setMemberRole(userId, role, member.version),
    setMembershipRole(userId, ctx.actor.tenantId, role),
    ...countMembers({ owners }),
    ...(owners === 0 ? [] : [countOwned(userId, owners > 0 ? 1 : -1)]),
    audited(ctx, "member.role_changed", { userId, from: member.role, to: role }),
  );
  return { ...member, role, version: version + 1 };
}

/**
 * With the member go their API keys of this organisation, and within a minute their agents and what was shared with them; until then an
 * invite does not bring them back. Their own vault stays sealed as it is. Chains of vaults still list them until whoever looks after the
 * vault removes them there, and with that changes the key.
 */
export async function removeMember(ctx: Ctx, { userId }: Input<Routes["removeMember"]>) {
  const member = await getMember(ctx, userId);
  const isOwner = member.role === "owner";
  demandOwnerFor(ctx, isOwner);
  const keys = await listKeys(ctx.table, userId);
  await ctx.table.write(
    deleteMember(member),
    putLeaver(userId, ctx.now()),
    deleteMembership(userId, ctx.actor.tenantId),
    ...countMembers({ users: -1, owners: isOwner ? -1 : 0 }),
    ...(isOwner ? [countOwned(userId, -1)] : []),
    ...deleteAllKeys(userId, keys),
    audited(ctx, "member.removed", { userId, role: member.role }),
  );
  return { done: true as const };
}

async function getMember({ table }: Ctx, userId: Id<"user">): Promise<Member> {
  const member = await findMember(table, userId);
  if (!member) throw new AppError("member.not_found");
  return member;
}

/** Only an owner makes or unmakes an owner: an admin could otherwise take the organisation over. */
function demandOwnerFor({ actor }: Ctx, isOwnersMatter: boolean): void {
  if (isOwnersMatter && actor.role !== "owner") throw new AppError("auth.forbidden");
}
