import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { AppError } from "#shared/errors.ts";
import type { TenantTable } from "../tables/table.ts";
import { findKey } from "../tenancy/tenant-key.ts";

/**
 * A cursor is a position sealed for one list of one caller:
 *
 *   nonce (12) ‖ AES-256-GCM(key of the tenant, position, AAD) ‖ tag (16)
 *   position   = expiry in seconds, decimal ‖ ":" ‖ what `page` answered
 *   AAD        = caller, route and every other field of the query
 *
 * The key is a row of the tenant's own partition, so a cursor of another tenant cannot open here.
 */
const LIFE_SECONDS = 24 * 3600;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export interface List {
  readonly table: TenantTable;
  readonly actorId: string;
  readonly routeKey: string;
  readonly now: Date;
}

/** Replaces the sealed cursor of the input by the position in it. */
export async function openCursor(list: List, input: Record<string, unknown>): Promise<void> {
  const { cursor } = input;
  if (typeof cursor !== "string") return;
  const key = await findKey(list.table);
  const position = open(cursor, key, associated(list, input));
  const colon = position?.indexOf(":") ?? -1;
  if (position === undefined || Number(position.slice(0, colon)) * 1000 <= list.now.getTime()) {
    throw new AppError("request.cursor_invalid");
  }
  input["cursor"] = position.slice(colon + 1);
}

/** Replaces the position in the reply by a sealed cursor. */
export async function sealCursor(list: List, input: Record<string, unknown>, reply: unknown): Promise<void> {
  const page = reply as { cursor?: unknown }; // every paged route answers `pageOf`
  if (typeof page.cursor !== "string") return;
  const expiry = Math.floor(list.now.getTime() / 1000) + LIFE_SECONDS;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", await findKey(list.table), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associated(list, input));
  const sealed = Buffer.concat([
    nonce,
    cipher.update(`${expiry}:${page.cursor}`, "utf8"),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  page.cursor = encodeBase64url(sealed);
}

function open(cursor: string, key: Buffer, aad: Buffer): string | undefined {
  try {
    const bytes = decodeBase64url(cursor); // strict, so that one cursor has one spelling
    const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(aad);
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return undefined; // altered, too short, or sealed elsewhere: to the caller all the same
  }
}

function associated({ actorId, routeKey }: List, input: Record<string, unknown>): Buffer {
  const query = Object.entries(input).filter(([name]) => name !== "cursor" && name !== "limit");
  query.sort(([a], [b]) => (a < b ? -1 : 1));
  return Buffer.from(JSON.stringify([actorId, routeKey, query]));
}
