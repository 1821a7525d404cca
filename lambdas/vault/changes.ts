import { audited } from "#lambdas/audit/audit.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { VaultChange, vaultContract } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { bucketOf, hashOfBucket, hashOfPart, type Leaf, readBuckets } from "#shared/crypto/vault/tree.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { dropFile, findFile, keepFile } from "./files/file.repository.ts";
import { getUpload, withinPlan } from "./files/files.ts";
import { type ItemRow, listBucket, putItem, removeItem } from "./item.repository.ts";
import { demandFresh, demandNext } from "./statements.ts";
import { advanceVault, type Membership, type VaultRow } from "./vault.repository.ts";
import { enterVault } from "./vaults.ts";

type Routes = typeof vaultContract;
type Changing = Input<Routes["changeItems"]>;
type Put = Extract<VaultChange, { do: "put" }>;

const FILES_MAX = 10; // each is one or two writes more, and a transaction has a hundred

/**
 * All changes with the manifest that says so, or none. The server works out the root by itself: a manifest that does not fit what is kept
 * would lock its owner out of their own vault.
 */
export async function changeItems(ctx: Ctx, input: Changing) {
  const { row, membership } = await enterVault(ctx, input.vaultId);
  demandRights(membership, input);
  demandFresh(input.manifest, row);
  const updatedAt = ctx.now().toISOString();
  const { rows, buckets, files, ...counts } = await applyTo(ctx, row, input, updatedAt);
  const { manifest } = input;
  const { seq } = demandNext(input, ctx.actor, { keyring: await getKeyring(ctx), last: row, buckets, ...counts });
  const added = sum(rows.map(({ now }) => now.bytes)) - sum(rows.map(({ before }) => before?.bytes ?? 0));
  const encoded = encodeBase64url(concat(...buckets));
  const next: VaultRow = {
    ...{ ...row, manifest, manifestSeq: seq, buckets: encoded },
    ...{ bytes: row.bytes + added, updatedAt },
  };
  const contents = new Map(input.changes.filter((change) => change.do === "put").map((put) => [put.id, put.content]));
  const writes = rows.flatMap(({ now }) => {
    const content = contents.get(now.id);
    return content ? putItem(row.id, now, content) : removeItem(row.id, now);
  });
  const more = added - files.counted;
  await withinPlan(ctx, more, (count) =>
    ctx.table.write(
      ...[...advanceVault(next), ...writes, ...files.writes, ...count],
      audited(ctx, "vault.changed", { vaultId: row.id, seq, items: rows.length }),
    ),
  );
  return { seq, updatedAt };
}

interface Applied {
  readonly before: ItemRow | undefined;
  readonly now: ItemRow;
}

/** The rows as they will be, and the hashes of all buckets with them. */
async function applyTo(ctx: Ctx, vault: VaultRow, { changes }: Changing, updatedAt: string) {
  const { table } = ctx;
  if (new Set(changes.map(({ id }) => id)).size < changes.length) refuse("changes", "expected each item once");
  const touched = [...new Set(changes.map(({ id }) => bucketOf(id)))];
  const found = await Promise.all(
    touched.map(async (bucket) => [bucket, await listBucket(table, vault.id, bucket)] as const),
  );
  const before = new Map(found.flatMap(([, rows]) => rows.map((row) => [row.id, row] as const)));
  const rows = await Promise.all(
    changes.map(async (change): Promise<Applied> => {
      const old = before.get(change.id);
      if (change.do === "remove") return { before: old, now: removedRow(change, old, updatedAt) };
      const file = await fileOf(ctx, vault.id, change, old);
      return { before: old, now: putRow({ ...change, file, updatedAt }, old, vault) };
    }),
  );
  const after = new Map([...before, ...rows.map(({ now }) => [now.id, now] as const)]);
  const buckets = readBuckets(decodeBase64url(vault.buckets));
  for (const bucket of touched) {
    const leaves = [...after.values()].filter(({ id }) => bucketOf(id) === bucket).map(leafOf);
    buckets[bucket] = hashOfBucket(leaves);
  }
  const items = sum(rows.map(({ before: old, now }) => Number(now.entry !== null) - Number(Boolean(old?.entry))));
  const removed = rows.filter(({ now }) => now.entry === null).length;
  return { rows, buckets, items, removed, files: await movedFiles(ctx, vault.id, rows) };
}

/** The object that an item names: the one it named before, or one that was uploaded for it. */
async function fileOf(ctx: Ctx, vaultId: Id<"vault">, { id, file }: Put, old: ItemRow | undefined) {
  if (file === null) return null;
  return old?.file?.id === file ? old.file : getUpload(ctx, vaultId, id, file);
}

/** Which objects are named from here on and which no more, and how many of their bytes were counted when they were uploaded. */
async function movedFiles(ctx: Ctx, vaultId: Id<"vault">, rows: readonly Applied[]) {
  const moved = rows.filter(({ before, now }) => (before?.file?.id ?? null) !== (now.file?.id ?? null));
  if (moved.length > FILES_MAX) refuse("changes", `expected at most ${FILES_MAX} with another file`);
  const named = moved.flatMap(({ now }) => (now.file ? [{ ...now.file, itemId: now.id }] : []));
  const kept = named.map(({ id, itemId }) => keepFile({ id, vaultId }, itemId));
  const gone = moved.flatMap(({ before }) => before?.file ?? []);
  const dropped = await Promise.all(
    gone.map(async ({ id }) => {
      const file = await findFile(ctx.table, { id, vaultId });
      if (!file) throw new AppError("vault.changed"); // the sweep removes none that an item names
      return dropFile(file, "kept", ctx.now());
    }),
  );
  return { writes: [...kept, ...dropped], counted: sum(named.map(({ bytes }) => bytes)) };
}

function demandRights({ rights }: Membership, { changes }: Changing): void {
  const needed = new Set(changes.map((change) => (change.do === "put" ? "write" : "delete")));
  for (const right of needed) if (!may(rights, right)) throw new AppError("vault.forbidden", { details: { right } });
}

function putRow(
  { id, version, keyGen, entry, content, file, updatedAt }: Omit<Put, "file"> & Pick<ItemRow, "file" | "updatedAt">,
  old: ItemRow | undefined,
  vault: Pick<VaultRow, "keyGen">,
): ItemRow {
  if (keyGen !== vault.keyGen) throw new AppError("vault.changed"); // sealed under a key that is no longer the vault's
  if (old && old.entry === null) throw new AppError("item.not_found"); // removed: no version of it comes back
  if (version !== (old?.version ?? 0) + 1) throw new AppError("vault.changed");
  const parts = [entry, content].flatMap(({ key, blob }) => [key, blob]);
  const bytes = sum(parts.map(({ length }) => Math.floor((length * 3) / 4))) + (file?.bytes ?? 0);
  const hashes = { entryHash: hashOf(entry), contentHash: hashOf(content) };
  return { id, version, keyGen, entry, ...hashes, bytes, file, updatedAt };
}

function removedRow({ version }: { readonly version: number }, old: ItemRow | undefined, updatedAt: string): ItemRow {
  if (!old || old.entry === null) throw new AppError("item.not_found");
  if (version !== old.version + 1) throw new AppError("vault.changed");
  return { ...old, version, entry: null, entryHash: null, contentHash: null, bytes: 0, file: null, updatedAt };
}

const hashOf = ({ key, blob }: Put["entry"]): string =>
  encodeBase64url(hashOfPart(decodeBase64url(key), decodeBase64url(blob)));

function leafOf({ id: itemId, version, entryHash, contentHash }: ItemRow): Leaf {
  if (entryHash === null || contentHash === null) return { itemId, version, hashes: null };
  return { itemId, version, hashes: { entry: decodeBase64url(entryHash), content: decodeBase64url(contentHash) } };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

function refuse(path: string, reason: string): never {
  throw new AppError("request.invalid", { details: { errors: [{ path, reason }] } });
}
