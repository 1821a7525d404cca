import type { AnyChange, Change, DirectoryChange } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Tenant } from "#shared/contracts/tenants.ts";
import type { Id } from "#shared/ids.ts";

/**
 *   where       key                     item
 *   tenant      TENANT                  the organisation
 *   tenant      COUNT#members           `users` and `owners`: what quotas and the last owner are judged by
 *   directory   SLUG#<slug> / SLUG      its short name, and the name people read
 *   directory   USER#<userId> / OWNED   how many organisations a person owns
 */
const TENANTS_OWNED_MAX = 10;

export async function findTenant(table: TenantTable): Promise<Tenant | undefined> {
  const row = await table.get("TENANT");
  return row && Tenant.parse(row);
}

export const insertTenant = (tenant: Tenant): AnyChange[] => [
  { do: "insert", sk: "TENANT", item: tenant, otherwise: "request.conflict" },
  { do: "insert", sk: "COUNT#members", item: { users: 1, owners: 1 }, otherwise: "request.conflict" },
  {
    do: "insert",
    pk: `SLUG#${tenant.slug}`,
    sk: "SLUG",
    item: { tenantId: tenant.id, name: tenant.name },
    otherwise: "tenant.slug_taken",
  },
];

export const renameTenantRows = ({ slug, version }: Tenant, name: string): AnyChange[] => [
  {
    do: "update",
    sk: "TENANT",
    set: { name },
    add: { version: 1 },
    if: { version },
    otherwise: "request.conflict",
    missing: "tenant.not_found",
  },
  { do: "update", pk: `SLUG#${slug}`, sk: "SLUG", set: { name }, otherwise: "tenant.not_found" },
];

/** Holds the plan still while a write is judged by it. */
export const checkTier = ({ tier }: Tenant): Change => ({
  do: "check",
  sk: "TENANT",
  if: { tier },
  otherwise: "request.conflict",
});

/** One more member, while the plan allows it. */
export const countMemberIn = (usersMax: number | null): Change => ({
  do: "update",
  sk: "COUNT#members",
  add: { users: 1 },
  ...(usersMax === null ? {} : { if: { users: { lt: usersMax } } }),
  otherwise: "quota.exceeded",
});

/** What the counts come to when a member leaves or an owner comes or goes; the last owner stays. */
export function countMembers({ users = 0, owners = 0 }: { users?: number; owners?: number }): Change[] {
  if (users === 0 && owners === 0) return [];
  return [
    {
      do: "update",
      sk: "COUNT#members",
      add: { users, owners },
      ...(owners < 0 ? { if: { owners: { gt: 1 } } } : {}),
      otherwise: "member.last_owner",
    },
  ];
}

export const countOwned = (userId: Id<"user">, by: 1 | -1): DirectoryChange => ({
  do: "update",
  pk: `USER#${userId}`,
  sk: "OWNED",
  add: { count: by },
  ...(by > 0 ? { if: { count: { lt: TENANTS_OWNED_MAX } }, orMissing: true } : {}),
  otherwise: "tenant.limit",
});
