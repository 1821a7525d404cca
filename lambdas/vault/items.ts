import type { Ctx } from "#platform/rules/context.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { vaultContract } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { bucketOf, hashOfPart } from "#shared/crypto/vault/tree.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { findContent, listBucket, pageItems } from "./item.repository.ts";
import { pageManifests } from "./vault.repository.ts";
import { enterVault } from "./vaults.ts";

type Routes = typeof vaultContract;

export async function listManifests(ctx: Ctx, { vaultId, ...page }: Input<Routes["listManifests"]>) {
  await enterVault(ctx, vaultId);
  return pageManifests(ctx.table, vaultId, page);
}

export async function listItems(ctx: Ctx, { vaultId, limit, cursor }: Input<Routes["listItems"]>) {
  await enterVault(ctx, vaultId);
  return pageItems(ctx.table, vaultId, { limit, cursor });
}

/** An item as it lies in its vault, whole; undefined once it was removed. For rules that have asked who wants it. */
export async function findWhole(table: TenantTable, vaultId: Id<"vault">, itemId: Id<"item">) {
  const [rows, content] = await Promise.all([
    listBucket(table, vaultId, bucketOf(itemId)),
    findContent(table, vaultId, itemId),
  ]);
  const row = rows.find(({ id }) => id === itemId);
  if (!row || !content) return undefined;
  const { entry, entryHash, contentHash, version, keyGen } = row;
  if (entry === null || entryHash === null || contentHash === null) return undefined;
  const hash = encodeBase64url(hashOfPart(decodeBase64url(content.key), decodeBase64url(content.blob)));
  if (hash !== contentHash) throw new AppError("vault.changed"); // a change came between the reads
  return { version, keyGen, entry, content, entryHash, contentHash };
}

/** The items of a bucket with the hashes of all buckets, from which the reader comes to the signed root. */
export async function readBucket(ctx: Ctx, { vaultId, bucket }: Input<Routes["readBucket"]>) {
  const items = await listBucket(ctx.table, vaultId, bucket);
  const { row } = await enterVault(ctx, vaultId); // after its items: a change between the two is then seen
  return { manifest: row.manifest, buckets: row.buckets, items };
}

export async function getContent(ctx: Ctx, { vaultId, itemId }: Input<Routes["getContent"]>) {
  await enterVault(ctx, vaultId, "read");
  const content = await findContent(ctx.table, vaultId, itemId);
  if (!content) throw new AppError("item.not_found");
  return { content };
}
