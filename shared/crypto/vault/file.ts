import type { Id } from "../../ids.ts";
import { concat, equalConstantTime, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import type { Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { readerOf } from "../encoding/reader.ts";
import { provider } from "../primitives/provider.ts";
import { type Bytes, type ChunkedKey, openChunked, sealedChunkedBytes } from "../sealing/chunked.ts";
import { type SealedStream, sealHashed } from "../sealing/hashed.ts";
import { splitHead } from "../sealing/split-head.ts";

/**
 * OCF1: the file of an item, as an object beside the vault.
 *
 *   "OCF1" suite 1 tid 16 vault 16 item 16 version 8      ← header, 61 bytes
 *   | chunked body (XChaCha20-Poly1305), its context = "ocmt/v1/vault-file\0" ‖ header          chunked.ts
 *   inside: the file ‖ zeros up to one of the steps of `paddedFileBytes`
 *
 * version is the item's version for which the file was sealed. The key is random for each sealing and stands, with the true length and
 * H of all sealed bytes, inside the item's content: so the manifest names exactly these bytes, through the content's hash. A file of
 * another item, vault or version has another context, and with it another commitment.
 */
const HEADER_BYTES = 61;
const STEP_BYTES_MIN = 1024;
const ZEROS = new Uint8Array(16_384);

export interface FilePlace {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly version: number;
}

/**
 * What a file of this length is padded to: at least 1 KiB, and above it the next number with only its leading bits set (PADMÉ, Nikitin et
 * al. 2019), which is at most 12 % more and leaves a few hundred sizes for all files there can be.
 */
export function paddedFileBytes(bytes: number): number {
  if (bytes <= STEP_BYTES_MIN) return STEP_BYTES_MIN;
  const exponent = Math.floor(Math.log2(bytes));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(bytes / step) * step;
}

export const sealedFileBytes = (bytes: number): number => HEADER_BYTES + sealedChunkedBytes(paddedFileBytes(bytes));

/** @throws crypto.format, at the end, for a file that is not `fileBytes` long */
export function sealFile(key: Key, place: FilePlace, fileBytes: number, file: Bytes): SealedStream {
  const head = headerOf(place);
  return sealHashed(head, chunkedOf(key, head), padded(file, fileBytes));
}

/** What the item's content says of its file. */
export interface ExpectedFile extends FilePlace {
  readonly fileBytes: number;
  readonly hash: Uint8Array;
}

/**
 * Streams the file out. It is whole, and the one the item names, only when the iteration ends without an error: until then a reader
 * keeps aside what it got.
 * @throws crypto.context for the file of another place; crypto.commitment, crypto.open, crypto.format; crypto.manifest for other bytes
 */
export async function* openFile(key: Key, expected: ExpectedFile, sealed: Bytes): AsyncGenerator<Uint8Array, void> {
  const hash = provider().startHash();
  const { head, rest } = await splitHead(sealed, HEADER_BYTES, (part) => hash.update(part));
  readHeader(readerOf(head), "OCF1");
  demand(equalConstantTime(head, headerOf(expected)), "crypto.context");
  yield* unpadded(openChunked(chunkedOf(key, head), rest), expected.fileBytes);
  demand(equalConstantTime(hash.digest(), expected.hash), "crypto.manifest");
}

const chunkedOf = (key: Key, head: Uint8Array): ChunkedKey => ({
  kind: "xchacha20-poly1305",
  key,
  context: concat(labelOf("vault-file"), head),
});

async function* padded(file: Bytes, fileBytes: number): AsyncGenerator<Uint8Array, void> {
  let seen = 0;
  for await (const part of file) {
    seen += part.length;
    demand(seen <= fileBytes, "crypto.format");
    yield part;
  }
  demand(seen === fileBytes, "crypto.format");
  for (let left = paddedFileBytes(fileBytes) - fileBytes; left > 0; left -= ZEROS.length)
    yield ZEROS.subarray(0, Math.min(left, ZEROS.length));
}

async function* unpadded(parts: AsyncIterable<Uint8Array>, fileBytes: number): AsyncGenerator<Uint8Array, void> {
  let seen = 0;
  for await (const part of parts) {
    const own = part.subarray(0, Math.max(0, fileBytes - seen));
    seen += part.length;
    demand(
      part.subarray(own.length).every((byte) => byte === 0),
      "crypto.format",
    );
    if (own.length > 0) yield own;
  }
  demand(seen === paddedFileBytes(fileBytes), "crypto.format");
}

function headerOf({ tid, vaultId, itemId, version }: FilePlace): Uint8Array {
  const ids = [boundId("tenant", tid), boundId("vault", vaultId), boundId("item", itemId)];
  return concat(writeHeader("OCF1"), ...ids, u64(version));
}
