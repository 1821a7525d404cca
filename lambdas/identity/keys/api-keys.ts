import { audited } from "#lambdas/audit/audit.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { ApiKey, identityContract } from "#shared/contracts/identity.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";
import { allows } from "#shared/permissions.ts";
import { checkMembership } from "../people/membership.repository.ts";
import {
  deleteKey,
  findKey,
  findKeyOwner,
  hashApiKey,
  insertKey,
  type KeyRow,
  listKeys,
} from "./api-key.repository.ts";
import { makeApiKey } from "./api-key-format.ts";

type Routes = typeof identityContract;

const HINT_CHARS = 14;
const DAY_MS = 24 * 3600 * 1000;

export async function listApiKeys({ actor, table, directory }: Ctx): Promise<{ items: ApiKey[] }> {
  const rows = await listKeys(table, actor.userId);
  const items = rows.map(async ({ hash, ...key }) => {
    const owner = await findKeyOwner(directory, hash);
    return { ...key, lastUsedAt: owner?.lastUsedAt ?? null };
  });
  return { items: await Promise.all(items) };
}

/** A key is given no more than its maker may do now; what the maker loses later, the key loses too. */
export async function createApiKey(ctx: Ctx, { name, scopes, expiresInDays }: Input<Routes["createApiKey"]>) {
  const { userId, tenantId, role } = ctx.actor;
  if (!scopes.every((scope) => allows(role, scope))) throw new AppError("auth.forbidden");

  const now = ctx.now();
  const secret = makeApiKey();
  const row: KeyRow = {
    id: newId("apiKey", now),
    name,
    hint: secret.slice(0, HINT_CHARS),
    scopes: [...new Set(scopes)],
    createdAt: now.toISOString(),
    expiresAt: expiresInDays === null ? null : new Date(now.getTime() + expiresInDays * DAY_MS).toISOString(),
    hash: hashApiKey(secret),
  };
  const { id: keyId, expiresAt } = row;
  const owner = { keyId, userId, tenantId, scopes: row.scopes, expiresAt, lastUsedAt: null };
  await ctx.table.write(
    checkMembership(userId, tenantId), // who was removed a moment ago is still believed to belong
    ...insertKey(row, owner),
    audited(ctx, "api_key.created", { keyId, userId }),
  );
  return { ...row, lastUsedAt: null, secret };
}

export async function revokeApiKey(ctx: Ctx, { apiKeyId }: Input<Routes["revokeApiKey"]>) {
  const { userId } = ctx.actor;
  const row = await findKey(ctx.table, userId, apiKeyId);
  if (!row) throw new AppError("api_key.not_found");
  await ctx.table.write(...deleteKey(userId, row), audited(ctx, "api_key.revoked", { keyId: apiKeyId, userId }));
  return { done: true as const };
}
