import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { openFile, sealedFileBytes, sealFile } from "#shared/crypto/vault/file.ts";
import type { Id } from "#shared/ids.ts";
import { FILE_BYTES_MAX } from "#shared/quotas.ts";
import { ApiError } from "../../api-client.ts";
import type { KeptFile } from "../items/item-model.ts";
import type { VaultMeans } from "../state.ts";

/** A file as the person has it, on the way in. */
export interface NewFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly read: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A file that is whole and was checked. */
export interface OpenedFile {
  readonly name: string;
  readonly mediaType: string;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

export interface FileProgress {
  readonly done: number;
  readonly of: number;
}

export interface FileMoving {
  onProgress?(progress: FileProgress): void;
  readonly signal?: AbortSignal | undefined;
}

interface ItemPlace {
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
}

/**
 * Seals a file for the next version of an item and puts it in its place. Until the item is saved with what is returned, nothing names it:
 * a transfer that breaks leaves the item as it was, and what was sent is cleared away.
 * @throws ApiError("file.too_large"), and ("quota.exceeded") before anything is sent
 */
export async function putFile(
  { api, account, transfer }: VaultMeans,
  place: ItemPlace & { readonly version: number },
  file: NewFile,
  { onProgress, signal }: FileMoving = {},
): Promise<KeptFile> {
  const { name, mediaType, bytes } = file;
  if (bytes > FILE_BYTES_MAX) throw new ApiError("file.too_large", "A file in the vault can have at most 10 MiB.");
  const key = makeKey();
  const sealed = sealFile(key, { tid: account.tid, ...place }, bytes, file.read());
  const body = new Blob(await collect(sealed.bytes, signal));
  const { vaultId, itemId, version } = place;
  const sealedBytes = sealedFileBytes(bytes);
  const { fileId: id, ...target } = await api.uploadFile({ vaultId, itemId, bytes: sealedBytes });
  await transfer.put(target, body, { signal, onBytes: (done) => onProgress?.({ done, of: sealedBytes }) });
  return {
    ...{ id, name: name.slice(-255) || "file", mediaType: mediaType.slice(0, 127), bytes, version },
    ...{ key: encodeBase64url(key), sealedBytes, hash: encodeBase64url(sealed.hash()) },
  };
}

/** @throws CryptoError for any other bytes than the ones that the item names; nothing of them is handed out then */
export async function getFile(
  { api, account, transfer }: VaultMeans,
  { vaultId, itemId }: ItemPlace,
  file: KeptFile,
  { onProgress, signal }: FileMoving = {},
): Promise<OpenedFile> {
  const { id, name, mediaType, bytes: fileBytes, version, sealedBytes } = file;
  const { fileId, url } = await api.getFile({ vaultId, itemId });
  demand(fileId === id, "crypto.manifest");
  const expected = { tid: account.tid, vaultId, itemId, version, fileBytes, hash: decodeBase64url(file.hash) };
  const sealed = transfer.get(url, { signal, onBytes: (done) => onProgress?.({ done, of: sealedBytes }) });
  const parts = await collect(
    openFile(asKey(decodeBase64url(file.key)), expected, atMost(sealed, sealedBytes)),
    signal,
  );
  return { name, mediaType, parts };
}

async function* atMost(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<Uint8Array, void> {
  let seen = 0;
  for await (const part of source) {
    seen += part.length;
    demand(seen <= bytes, "crypto.manifest"); // whoever serves it cannot fill our memory
    yield part;
  }
}

async function collect(source: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>[]> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of source) {
    signal?.throwIfAborted();
    parts.push(Uint8Array.from(part)); // a view of a buffer that its maker uses again
  }
  return parts;
}
