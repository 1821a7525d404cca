import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import { shardOf } from "#platform/tables/due.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { partsOf } from "../vault.repository.ts";

/**
 *   IN#<vaultId>#FILE#<fileId>    an object of the vault, from the moment its address is given out until it is gone
 *
 * uploading: nobody names it yet, and its bytes are counted · kept: an item names it · dropped: no item names it any more, its bytes are not
 * counted, and the sweep removes the object. The first and the last fall due.
 */
export const FILE = "file";
const UPLOAD_MS = 300_000; // how long its address is good for
const UNSAVED_MS = 3_600_000;

const FileRow = z.object({
  id: idOf("file"),
  vaultId: idOf("vault"),
  itemId: idOf("item"),
  bytes: z.int().positive(),
  state: z.enum(["uploading", "kept", "dropped"]),
  writableUntil: z.iso.datetime(), // until then an object may come back that was removed
});
export type FileRow = z.infer<typeof FileRow>;
type FilePlace = Pick<FileRow, "id" | "vaultId">;

const fileSk = ({ id, vaultId }: FilePlace): string => `${partsOf(vaultId)}FILE#${id}`;

/** What follows the tenant's prefix in the bucket. */
export const objectOf = ({ id, vaultId }: FilePlace): string => `vaults/${vaultId}/files/${id}`;

export async function findFile(table: TenantTable, place: FilePlace): Promise<FileRow | undefined> {
  return parse(await table.get(fileSk(place)));
}

export async function findFileAt(table: TenantTable, sk: string): Promise<FileRow | undefined> {
  return parse(await table.get(sk));
}

const parse = (row: unknown): FileRow | undefined => (row ? FileRow.parse(row) : undefined);

export function insertUpload(file: Omit<FileRow, "state" | "writableUntil">, now: Date): Change {
  const writableUntil = new Date(now.getTime() + UPLOAD_MS).toISOString();
  const due = dueAt(file.id, new Date(now.getTime() + UNSAVED_MS));
  const item = { ...file, state: "uploading", writableUntil, ...due };
  return { do: "insert", sk: fileSk(file), item, otherwise: "request.conflict" };
}

/** From here on an item names it: the one it was uploaded for, and only if nobody has named it before. */
export const keepFile = (place: FilePlace, itemId: Id<"item">): Change => ({
  do: "update",
  sk: fileSk(place),
  set: { state: "kept" },
  remove: ["dueShard", "dueAt"],
  if: { state: "uploading", itemId },
  otherwise: "file.not_found",
});

/** No item names it any more. The sweep comes when nobody can put it back. */
export const dropFile = (
  file: Pick<FileRow, "id" | "vaultId" | "writableUntil">,
  from: FileRow["state"],
  now: Date,
): Change => ({
  do: "update",
  sk: fileSk(file),
  set: { state: "dropped", ...dueAt(file.id, latest(now, new Date(file.writableUntil))) },
  if: { state: from },
  otherwise: "vault.changed",
});

export const deleteFile = (place: FilePlace): Change => ({
  do: "delete",
  sk: fileSk(place),
  if: { state: "dropped" },
  orMissing: true,
  otherwise: "vault.changed",
});

const dueAt = (id: Id<"file">, at: Date) => ({ dueShard: `${FILE}#${shardOf(id)}`, dueAt: at.toISOString() });
const latest = (a: Date, b: Date): Date => (a > b ? a : b);
