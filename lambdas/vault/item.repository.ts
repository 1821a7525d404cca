import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { VaultEntry } from "#shared/contracts/vault.ts";
import { bucketOf } from "#shared/crypto/vault/tree.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { partsOf } from "./vault.repository.ts";

/**
 * Items lie in the order of their buckets, so that the leaves of one bucket are one short query (tree.ts):
 *   IN#<vaultId>#ITEM#<bucket, two hex digits>#<itemId>    its entry, or that it was removed
 *   IN#<vaultId>#CONTENT#<itemId>                          its content
 */
const Kept = z.object({ id: idOf("file"), bytes: z.int().positive() });
export const ItemRow = VaultEntry.extend({
  entryHash: z.string().nullable(),
  bytes: z.int().nonnegative(), // of its parts and its file
  file: Kept.nullable().default(null), // the object it names, see file.repository.ts
});
export type ItemRow = z.infer<typeof ItemRow>;
const Content = z.object({ key: z.string(), blob: z.string() });
export type Content = z.infer<typeof Content>;

const bucketPrefix = (vaultId: Id<"vault">, bucket: number): string =>
  `${partsOf(vaultId)}ITEM#${bucket.toString(16).padStart(2, "0")}#`;
const itemSk = (vaultId: Id<"vault">, itemId: Id<"item">) => `${bucketPrefix(vaultId, bucketOf(itemId))}${itemId}`;
const contentSk = (vaultId: Id<"vault">, itemId: Id<"item">) => `${partsOf(vaultId)}CONTENT#${itemId}`;

export async function pageItems(
  table: TenantTable,
  vaultId: Id<"vault">,
  options: { readonly limit: number; readonly cursor?: string | undefined },
) {
  const { items, next } = await table.page(`${partsOf(vaultId)}ITEM#`, options);
  return { items: items.map((row) => ItemRow.parse(row)), cursor: next };
}

export async function listBucket(table: TenantTable, vaultId: Id<"vault">, bucket: number): Promise<ItemRow[]> {
  const rows: ItemRow[] = [];
  for await (const row of table.list(bucketPrefix(vaultId, bucket))) rows.push(ItemRow.parse(row));
  return rows;
}

export async function findItem(
  table: TenantTable,
  vaultId: Id<"vault">,
  itemId: Id<"item">,
): Promise<ItemRow | undefined> {
  const row = await table.get(itemSk(vaultId, itemId));
  return row && ItemRow.parse(row);
}

export async function findContent(
  table: TenantTable,
  vaultId: Id<"vault">,
  itemId: Id<"item">,
): Promise<Content | undefined> {
  const row = await table.get(contentSk(vaultId, itemId));
  return row && Content.parse(row);
}

/** The row stands under the vault's own condition, which every change of it meets first. */
export const putItem = (vaultId: Id<"vault">, row: ItemRow, content: Content): Change[] => [
  { do: "put", sk: itemSk(vaultId, row.id), item: row, orMissing: true, otherwise: "vault.changed" },
  { do: "put", sk: contentSk(vaultId, row.id), item: content, orMissing: true, otherwise: "vault.changed" },
];

export const removeItem = (vaultId: Id<"vault">, row: ItemRow): Change[] => [
  { do: "put", sk: itemSk(vaultId, row.id), item: row, otherwise: "vault.changed" },
  { do: "delete", sk: contentSk(vaultId, row.id), otherwise: "vault.changed" },
];
