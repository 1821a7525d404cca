import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Member } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";

/**
 *   sk                 item
 *   MEMBER#<userId>    a member; the same role stands in the person's own membership, written with it
 */
const skOf = (userId: Id<"user">) => `MEMBER#${userId}`;

export async function findMember(table: TenantTable, userId: Id<"user">): Promise<Member | undefined> {
  const row = await table.get(skOf(userId));
  return row && Member.parse(row);
}

export async function pageMembers(table: TenantTable, options: { limit: number; cursor?: string | undefined }) {
  const { items, next } = await table.page("MEMBER#", options);
  return { items: items.map((row) => Member.parse(row)), cursor: next };
}

export const insertMember = (member: Member): Change => ({
  do: "insert",
  sk: skOf(member.userId),
  item: member,
  otherwise: "member.exists",
});

export const setMemberRole = (userId: Id<"user">, role: Role, version: number): Change => ({
  do: "update",
  sk: skOf(userId),
  set: { role },
  add: { version: 1 },
  if: { version },
  otherwise: "request.conflict",
  missing: "member.not_found",
});

export const deleteMember = ({ userId, version }: Member): Change => ({
  do: "delete",
  sk: skOf(userId),
  if: { version },
  otherwise: "request.conflict",
  missing: "member.not_found",
});
