import * as z from "zod";
import type { AnyChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { hashSecret } from "#platform/tokens/secret.ts";
import { ApiKey } from "#shared/contracts/identity.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { KEY_SCOPES } from "#shared/permissions.ts";

/**
 *   where       key                           item
 *   tenant      APIKEY#<userId>#<apiKeyId>    the key as its owner sees it, and the hash of its text
 *   tenant      COUNT#api-keys#<userId>       how many the person has
 *   directory   KEY#<hash> / KEY              whose key this is; `lastUsedAt`
 */
const KeyRow = ApiKey.omit({ lastUsedAt: true }).extend({ hash: z.string() });
export type KeyRow = z.infer<typeof KeyRow>;

export const KeyOwner = z.object({
  keyId: idOf("apiKey"),
  userId: idOf("user"),
  tenantId: idOf("tenant"),
  scopes: z.array(z.enum(KEY_SCOPES)),
  expiresAt: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
});
export type KeyOwner = z.infer<typeof KeyOwner>;

const API_KEYS_MAX = 20;

export const hashApiKey = (key: string): string => hashSecret("api-key", key);

const skOf = (userId: Id<"user">, keyId: Id<"apiKey">) => `APIKEY#${userId}#${keyId}`;
const ownerOf = (hash: string) => ({ pk: `KEY#${hash}`, sk: "KEY" }) as const;

export async function listKeys(table: TenantTable, userId: Id<"user">): Promise<KeyRow[]> {
  const rows: KeyRow[] = [];
  for await (const row of table.list(`APIKEY#${userId}#`)) rows.push(KeyRow.parse(row));
  return rows;
}

export async function findKey(
  table: TenantTable,
  userId: Id<"user">,
  keyId: Id<"apiKey">,
): Promise<KeyRow | undefined> {
  const row = await table.get(skOf(userId, keyId));
  return row && KeyRow.parse(row);
}

export async function findKeyOwner(directory: Directory, hash: string): Promise<KeyOwner | undefined> {
  const { pk, sk } = ownerOf(hash);
  const row = await directory.at(pk).get(sk);
  return row && KeyOwner.parse(row);
}

export const insertKey = (row: KeyRow, owner: KeyOwner): AnyChange[] => [
  { do: "insert", sk: skOf(owner.userId, row.id), item: row, otherwise: "request.conflict" },
  { do: "insert", ...ownerOf(row.hash), item: owner, otherwise: "request.conflict" },
  {
    do: "update",
    sk: `COUNT#api-keys#${owner.userId}`,
    add: { count: 1 },
    if: { count: { lt: API_KEYS_MAX } },
    orMissing: true,
    otherwise: "api_key.limit",
  },
];

export const deleteKey = (userId: Id<"user">, { id, hash }: KeyRow): AnyChange[] => [
  { do: "delete", sk: skOf(userId, id), otherwise: "api_key.not_found" },
  { do: "delete", ...ownerOf(hash), otherwise: "api_key.not_found" },
  { do: "update", sk: `COUNT#api-keys#${userId}`, add: { count: -1 }, otherwise: "api_key.not_found" },
];

/** All keys of a person at once; refused when another was made meanwhile. */
export function deleteAllKeys(userId: Id<"user">, rows: readonly KeyRow[]): AnyChange[] {
  const keys = rows.flatMap(({ id, hash }): AnyChange[] => [
    { do: "delete", sk: skOf(userId, id), otherwise: "request.conflict" },
    { do: "delete", ...ownerOf(hash), otherwise: "request.conflict" },
  ]);
  const sk = `COUNT#api-keys#${userId}`;
  return [...keys, { do: "delete", sk, if: { count: rows.length }, orMissing: true, otherwise: "request.conflict" }];
}

/** Told at most once in a while: of many calls at once, one writes. */
export const touchKey = (hash: string, seenBefore: string | null, at: string) =>
  ({
    do: "update",
    ...ownerOf(hash),
    set: { lastUsedAt: at },
    if: { lastUsedAt: seenBefore },
    otherwise: "request.conflict",
  }) as const;
