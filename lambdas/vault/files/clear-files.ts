import type { JobCtx } from "#platform/rules/context.ts";
import type { Objects } from "#platform/services/objects.ts";
import type { DueRow } from "#platform/tables/due.ts";
import { AppError } from "#shared/errors.ts";
import { countBytes } from "../vault.repository.ts";
import { deleteFile, dropFile, findFileAt, objectOf } from "./file.repository.ts";

export type ClearCtx = JobCtx & { readonly objects: Pick<Objects, "remove"> };

/**
 * An object that no item names: one that was uploaded and never saved, or whose item was changed or removed. First the row says so, under
 * the condition that nobody has named it meanwhile; then the object goes, and then the row. Cut off anywhere, it is due again.
 */
export async function clearFile(ctx: ClearCtx, { tenantId, sk }: DueRow): Promise<void> {
  const table = ctx.enterTenant(tenantId);
  const file = await findFileAt(table, sk);
  if (!file || file.state === "kept") return;
  if (file.state === "uploading") {
    const isDropped = await table
      .write(dropFile(file, "uploading", ctx.now()), countBytes(-file.bytes, null))
      .then(() => true)
      .catch(wasNamed);
    if (!isDropped) return;
  }
  await ctx.objects.remove(tenantId, [objectOf(file)]);
  await table.write(deleteFile(file));
}

/** Somebody saved the item at this moment. */
function wasNamed(error: unknown): false {
  if (error instanceof AppError && error.code === "vault.changed") return false;
  throw error;
}
