import { type Id, idBytes } from "../../ids.ts";
import { byteAt, concat, equalConstantTime, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { compareBytes, sha256 } from "../primitives/hash.ts";

/**
 * Which items a vault has, as one hash that its manifest signs.
 *
 *   leaf   = item 16 ‖ version 8 ‖ H(key and blob of the entry) 32 ‖ H(key and blob of the content) 32; of a removed item, zeros
 *   bucket = H("ocmt/v1/vault-bucket\0" ‖ its leaves, ascending by item); of an empty one, zeros
 *   root   = H("ocmt/v1/vault-root\0" ‖ 256 bucket hashes)
 *
 * An item lies in the bucket named by the last byte of its id, which is random. Two levels are enough: changing one item of ten thousand
 * takes forty leaves and 256 hashes, of a hundred one leaf and as many hashes.
 */
const BUCKETS = 256;
const HASH_BYTES = 32;
const ID_BYTES = 16;

export interface Leaf {
  readonly itemId: Id<"item">;
  readonly version: number;
  /** null: the item was removed in this version, and no version of it may come back. */
  readonly hashes: { readonly entry: Uint8Array; readonly content: Uint8Array } | null;
}

export const bucketOf = (itemId: Id<"item">): number => byteAt(idBytes(itemId), ID_BYTES - 1);

/** H of what stands for a part: its wrapped key, then its sealed bytes. The key has a fixed length. */
export const hashOfPart = (key: Uint8Array, blob: Uint8Array): Uint8Array => sha256(key, blob);

const EMPTY = new Uint8Array(HASH_BYTES);

/** @throws crypto.context when an item is there twice, or lies in another bucket than the others */
export function hashOfBucket(leaves: readonly Leaf[]): Uint8Array {
  if (leaves.length === 0) return EMPTY;
  const rows = leaves.map(writeLeaf).sort(compareBytes);
  const isApart = rows.every((row, i) => i === 0 || !sameItem(row, rows[i - 1]));
  const isTogether = new Set(leaves.map(({ itemId }) => bucketOf(itemId))).size === 1;
  demand(isApart && isTogether, "crypto.context");
  return sha256(labelOf("vault-bucket"), ...rows);
}

/** The hashes of all buckets, from all leaves of a vault. */
export function bucketsOf(leaves: readonly Leaf[]): Uint8Array[] {
  const sorted: Leaf[][] = Array.from({ length: BUCKETS }, () => []);
  for (const leaf of leaves) sorted[bucketOf(leaf.itemId)]?.push(leaf);
  return sorted.map(hashOfBucket);
}

export function rootOf(buckets: readonly Uint8Array[]): Uint8Array {
  demand(buckets.length === BUCKETS && buckets.every(({ length }) => length === HASH_BYTES), "crypto.format");
  return sha256(labelOf("vault-root"), ...buckets);
}

/** @returns the 256 hashes of their 8,192 bytes. @throws crypto.format */
export function readBuckets(bytes: Uint8Array): Uint8Array[] {
  demand(bytes.length === BUCKETS * HASH_BYTES, "crypto.format");
  return Array.from({ length: BUCKETS }, (_, i) => bytes.slice(i * HASH_BYTES, (i + 1) * HASH_BYTES));
}

const NO_HASHES = { entry: EMPTY, content: EMPTY };

function writeLeaf({ itemId, version, hashes }: Leaf): Uint8Array {
  const { entry, content } = hashes ?? NO_HASHES;
  demand(entry.length === HASH_BYTES && content.length === HASH_BYTES, "crypto.format");
  return concat(boundId("item", itemId), u64(version), entry, content);
}

const sameItem = (a: Uint8Array, b: Uint8Array | undefined): boolean =>
  b !== undefined && equalConstantTime(a.subarray(0, ID_BYTES), b.subarray(0, ID_BYTES));
