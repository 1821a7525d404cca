import type { VaultEntry } from "#shared/contracts/vault.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime } from "#shared/crypto/encoding/bytes.ts";
import { bucketOf, bucketsOf, hashOfBucket, type Leaf, rootOf } from "#shared/crypto/vault/tree.ts";
import type { Counts } from "#shared/crypto/vault/writer.ts";
import type { Id } from "#shared/ids.ts";
import type { OpenRing } from "../keys/vault-key.ts";
import { VaultTrouble } from "../trouble.ts";
import { Entry } from "./item-model.ts";
import { leafOf, openEntry } from "./seal-item.ts";

/** One item as lists show it. `entry` is null where a member sealed something that this version cannot read. */
export interface Listed {
  readonly id: Id<"item">;
  readonly version: number;
  readonly updatedAt: string;
  readonly entry: Entry | null;
}

/** An item that was checked: it stands in the root of a manifest. */
export interface Known {
  readonly leaf: Leaf;
  readonly row: VaultEntry;
  readonly listed: Listed | undefined; // none for one that was removed
}

export type Items = ReadonlyMap<Id<"item">, Known>;

/** What was served, opened and added to `all`; an item known before that did not change is not opened again. */
export function openAll(
  ring: OpenRing,
  { rows, before, all }: { readonly rows: readonly VaultEntry[]; readonly before: Items; readonly all: Items },
): Map<Id<"item">, Known> {
  const doubled = rows
    .filter(({ id }, i) => all.has(id) || rows.findIndex((row) => row.id === id) < i)
    .map(({ id }) => id);
  const older = rows.filter(({ id, version }) => version < (before.get(id)?.leaf.version ?? 0)).map(({ id }) => id);
  if (doubled.length + older.length > 0) throw new VaultTrouble({ doubled, older });
  const opened = rows.map((row): [Id<"item">, Known] => {
    const old = before.get(row.id);
    return [row.id, old && isSame(old.row, row) ? old : openRow(ring, row)];
  });
  return new Map([...all, ...opened]);
}

export function openRow(ring: OpenRing, row: VaultEntry): Known {
  const { id, version, updatedAt } = row;
  const listed = row.entry === null ? undefined : { id, version, updatedAt, entry: tryEntry(ring, row) };
  return { leaf: leafOf(row), row, listed };
}

/** Whether it was altered on the way is told by the root; what its writer made of it, by nobody. */
function tryEntry(ring: OpenRing, row: VaultEntry): Entry | null {
  try {
    return openEntry(ring, row, Entry);
  } catch {
    return null;
  }
}

const isSame = (a: VaultEntry, b: VaultEntry): boolean =>
  a.version === b.version &&
  a.keyGen === b.keyGen &&
  a.contentHash === b.contentHash &&
  a.entry?.blob === b.entry?.blob &&
  a.entry?.key === b.entry?.key;

/** The hashes of all buckets, if these items come to the signed root; undefined if not. */
export function bucketsFor(root: Uint8Array, all: Items): Uint8Array[] | undefined {
  const buckets = bucketsOf([...all.values()].map(({ leaf }) => leaf));
  return equalConstantTime(rootOf(buckets), root) ? buckets : undefined;
}

/**
 * That all items are as many as the manifest counts, and as many removed: its writer may not have had the right to remove, and no root says what became
 * of an item. Only who reads all of them can count.
 * @throws VaultTrouble
 */
export function demandCounted({ items, removed }: Counts, all: Items): void {
  const live = [...all.values()].filter(({ leaf }) => leaf.hashes !== null).length;
  if (live !== items || all.size - live !== removed) throw new VaultTrouble();
}

/**
 * That of what was known nothing is gone without a trace, or back after it was removed, whatever a member signed.
 * @throws VaultTrouble
 */
export function demandKept(all: Items, before: Items): void {
  const missing = missingFrom(all, before);
  const revived = [...before.values()]
    .filter(({ row, leaf }) => leaf.hashes === null && all.get(row.id)?.leaf.hashes)
    .map(({ row }) => row.id);
  if (missing.length + revived.length > 0) throw new VaultTrouble({ missing, revived });
}

/** @throws VaultTrouble unless these are all items of the bucket, and the buckets come to the signed root */
export function checkBucket(
  root: Uint8Array,
  buckets: readonly Uint8Array[],
  { bucket, items }: { readonly bucket: number; readonly items: readonly Known[] },
): void {
  const isInRoot = equalConstantTime(rootOf(buckets), root);
  const isHere = items.every(({ row }) => bucketOf(row.id) === bucket);
  const expected = buckets[bucket];
  const isWhole = isHere && expected && equalConstantTime(hashOfBucket(items.map(({ leaf }) => leaf)), expected);
  if (!isInRoot || !isWhole) throw new VaultTrouble();
}

/** What was known and is gone without having been removed. */
export const missingFrom = (all: Items, before: Items): Id<"item">[] => [...before.keys()].filter((id) => !all.has(id));

/** Whether two leaves say the same of an item. */
export const isSameLeaf = (a: Leaf, b: Leaf): boolean => textOf(a) === textOf(b);

const textOf = ({ itemId, version, hashes }: Leaf): string =>
  [itemId, version, ...(hashes ? [hashes.entry, hashes.content].map(encodeBase64url) : [])].join(" ");
