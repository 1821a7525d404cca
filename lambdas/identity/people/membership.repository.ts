import * as z from "zod";
import type { DirectoryChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { ROLE_NAMES, type Role } from "#shared/permissions.ts";

/**
 *   pk               sk                  item
 *   USER#<userId>    MEMBER#<tenantId>   the person belongs to this tenant, in this role
 *   SLUG#<slug>      SLUG                the tenant of a short name, with the name people read
 *
 * The authorizer reads the first at every request, so a changed role counts as soon as its five seconds are over.
 */
export const Membership = z.object({
  tenantId: idOf("tenant"),
  slug: z.string(),
  role: z.enum(ROLE_NAMES),
});
export type Membership = z.infer<typeof Membership>;

export const TenantName = z.object({ tenantId: idOf("tenant"), name: z.string() });

const at = (userId: Id<"user">, tenantId: Id<"tenant">) =>
  ({ pk: `USER#${userId}`, sk: `MEMBER#${tenantId}` }) as const;

export async function findMembership(
  directory: Directory,
  userId: Id<"user">,
  tenantId: Id<"tenant">,
): Promise<Membership | undefined> {
  const { pk, sk } = at(userId, tenantId);
  const row = await directory.at(pk).get(sk);
  return row && Membership.parse(row);
}

export async function listMemberships(directory: Directory, userId: Id<"user">): Promise<Membership[]> {
  const found: Membership[] = [];
  for await (const row of directory.at(`USER#${userId}`).list("MEMBER#")) found.push(Membership.parse(row));
  return found;
}

export async function findTenantName(
  directory: Directory,
  slug: string,
): Promise<z.infer<typeof TenantName> | undefined> {
  const row = await directory.at(`SLUG#${slug}`).get("SLUG");
  return row && TenantName.parse(row);
}

export const insertMembership = (userId: Id<"user">, membership: Membership): DirectoryChange => ({
  do: "insert",
  ...at(userId, membership.tenantId),
  item: membership,
  otherwise: "member.exists",
});

/** Nothing is written; but the person belongs to the tenant when the other writes happen. */
export const checkMembership = (userId: Id<"user">, tenantId: Id<"tenant">): DirectoryChange => ({
  ...{ do: "check", ...at(userId, tenantId), otherwise: "auth.no_tenant", missing: "auth.no_tenant" },
});

export const setMembershipRole = (userId: Id<"user">, tenantId: Id<"tenant">, role: Role): DirectoryChange => ({
  do: "update",
  ...at(userId, tenantId),
  set: { role },
  otherwise: "member.not_found",
});

export const deleteMembership = (userId: Id<"user">, tenantId: Id<"tenant">): DirectoryChange => ({
  do: "delete",
  ...at(userId, tenantId),
  otherwise: "member.not_found",
});
