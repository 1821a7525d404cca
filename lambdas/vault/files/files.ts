import { getTenant } from "#lambdas/tenants/tenants.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Objects } from "#platform/services/objects.ts";
import type { Change } from "#platform/tables/change.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { vaultContract } from "#shared/contracts/vault.ts";
import { sealedFileBytes } from "#shared/crypto/vault/file.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, newId } from "#shared/ids.ts";
import { FILE_BYTES_MAX, TIERS } from "#shared/quotas.ts";
import { findItem } from "../item.repository.ts";
import { countBytes, readBytes } from "../vault.repository.ts";
import { enterVault } from "../vaults.ts";
import { findFile, insertUpload, objectOf } from "./file.repository.ts";

type Routes = typeof vaultContract;
export type FilesCtx = Ctx & { readonly objects: Objects };

const ADDRESS_SECONDS = 300;
const SEALED_BYTES_MAX = sealedFileBytes(FILE_BYTES_MAX);

/** Its bytes count from here on, so that what is over the plan is told before it is sent. Not saved within the hour, it is removed. */
export async function uploadFile(ctx: FilesCtx, { vaultId, itemId, bytes }: Input<Routes["uploadFile"]>) {
  await enterVault(ctx, vaultId, "write");
  if (bytes > SEALED_BYTES_MAX) throw new AppError("file.too_large", { details: { limit: FILE_BYTES_MAX } });
  const id = newId("file", ctx.now());
  await withinPlan(ctx, bytes, (count) =>
    ctx.table.write(insertUpload({ id, vaultId, itemId, bytes }, ctx.now()), ...count),
  );
  const { tenantId } = ctx.actor;
  const put = await ctx.objects.presignPut(tenantId, objectOf({ id, vaultId }), bytes, ADDRESS_SECONDS);
  return { fileId: id, ...put, expiresAt: expiry(ctx) };
}

export async function getFile(ctx: FilesCtx, { vaultId, itemId }: Input<Routes["getFile"]>) {
  await enterVault(ctx, vaultId, "read");
  const item = await findItem(ctx.table, vaultId, itemId);
  if (!item?.file) throw new AppError("file.not_found");
  const place = { id: item.file.id, vaultId };
  const url = await ctx.objects.presignGet(ctx.actor.tenantId, objectOf(place), ADDRESS_SECONDS);
  return { fileId: place.id, url, expiresAt: expiry(ctx) };
}

const expiry = ({ now }: Ctx): string => new Date(now().getTime() + ADDRESS_SECONDS * 1000).toISOString();

/** The file as it was uploaded for this item. @throws file.not_found for one that was not, or that another version names already */
export async function getUpload({ table }: Ctx, vaultId: Id<"vault">, itemId: Id<"item">, id: Id<"file">) {
  const file = await findFile(table, { id, vaultId });
  if (file?.state !== "uploading" || file.itemId !== itemId) throw new AppError("file.not_found");
  return { id, bytes: file.bytes };
}

/**
 * Writes with the change that counts so many more bytes of the organisation.
 * @throws quota.exceeded with what the plan allows and what there is
 */
export async function withinPlan(
  ctx: Ctx,
  added: number,
  write: (count: readonly Change[]) => Promise<void>,
): Promise<void> {
  const { tier } = await getTenant(ctx);
  const { vaultBytesMax } = TIERS[tier];
  try {
    await write(added === 0 ? [] : [countBytes(added, vaultBytesMax)]);
  } catch (error) {
    if (!(error instanceof AppError && error.code === "quota.exceeded")) throw error;
    const current = await readBytes(ctx.table);
    throw new AppError("quota.exceeded", { details: { what: "vault bytes", limit: vaultBytesMax, current, tier } });
  }
}
