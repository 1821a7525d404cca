import * as z from "zod";
import type { Ctx } from "#platform/rules/context.ts";
import type { Change } from "#platform/tables/change.ts";
import { shardOf } from "#platform/tables/due.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Member } from "#shared/contracts/tenants.ts";
import type { ErrorCode } from "#shared/errors.ts";
import { type Id, idOf } from "#shared/ids.ts";
import type { Role } from "#shared/permissions.ts";

/**
 *   sk                 item
 *   MEMBER#<userId>    a member; the same role stands in the person's own membership, written with it
 *   LEFT#<userId>      someone who was removed, until what they had here is cleared away
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

/** Nothing is written; but they are still a member when the other writes happen. */
export const checkMember = (userId: Id<"user">, otherwise: ErrorCode): Change => ({
  do: "check",
  sk: skOf(userId),
  otherwise,
  missing: otherwise,
});

/** The same, and with the role that they were read with. */
export const checkMemberAsRead = ({ userId, version }: Member, otherwise: ErrorCode): Change => ({
  ...{ do: "check", sk: skOf(userId), if: { version } },
  ...{ otherwise, missing: otherwise },
});

/**
 * Who asks is a member when the other writes happen. The gateway believes somebody who was removed for five seconds more: what lasts, and
 * would be theirs again or nobody's, is not made in them.
 */
export const checkAsker = ({ actor }: Pick<Ctx, "actor">): Change => checkMember(actor.userId, "auth.no_tenant");

export const LEFT = "left";
const leaverSk = (userId: Id<"user">) => `LEFT#${userId}`;

/** Due at once: a job of the agents' domain clears away what they had. */
export const putLeaver = (userId: Id<"user">, now: Date): Change => ({
  do: "put",
  sk: leaverSk(userId),
  item: { userId, dueShard: `${LEFT}#${shardOf(userId)}`, dueAt: now.toISOString() },
  orMissing: true,
  otherwise: "request.conflict",
});

/** Nothing is written; but what they had here once is cleared away when the other writes happen. */
export const checkCleared = (userId: Id<"user">): Change => ({
  do: "check",
  sk: leaverSk(userId),
  absent: true,
  otherwise: "member.leaving",
});

/** Nothing is written; but they have not been let in again when the other writes happen. */
export const checkLeaving = (userId: Id<"user">, otherwise: ErrorCode): Change => ({
  ...{ do: "check", sk: leaverSk(userId), otherwise, missing: otherwise },
});

export async function readLeaver(table: TenantTable, sk: string): Promise<Id<"user"> | undefined> {
  const row = await table.get(sk);
  return row && z.object({ userId: idOf("user") }).parse(row).userId;
}

export const deleteLeaver = (userId: Id<"user">): Change => ({
  do: "delete",
  sk: leaverSk(userId),
  orMissing: true,
  otherwise: "request.conflict",
});
