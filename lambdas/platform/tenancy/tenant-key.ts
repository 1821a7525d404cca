import { randomBytes } from "node:crypto";
import { AppError } from "#shared/errors.ts";
import type { TenantTable } from "../tables/table.ts";

/** A tenant's key for cursors. Made at first use; two first uses agree, because only one insert succeeds. */
const SK = "KEY#cursor";
const known = new WeakMap<TenantTable, Buffer>(); // a warm function keeps one table for each recent tenant

export async function findKey(table: TenantTable): Promise<Buffer> {
  const cached = known.get(table);
  if (cached) return cached;
  const key = (await readKey(table)) ?? (await makeKey(table));
  known.set(table, key);
  return key;
}

async function readKey(table: TenantTable): Promise<Buffer | undefined> {
  const item = await table.get(SK);
  return typeof item?.["key"] === "string" ? Buffer.from(item["key"], "hex") : undefined;
}

async function makeKey(table: TenantTable): Promise<Buffer> {
  const key = randomBytes(32);
  try {
    await table.write({ do: "insert", sk: SK, item: { key: key.toString("hex") }, otherwise: "request.conflict" });
    return key;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const theirs = await readKey(table);
    if (!theirs) throw error;
    return theirs;
  }
}
