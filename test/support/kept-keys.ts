import type { VaultApi } from "#shared/client/vault/head.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import { type ItemPlace, openPart, readKeyPlace, unwrapPartKey } from "#shared/crypto/vault/item.ts";
import type { ShareLevel } from "#shared/crypto/vault/item-share.ts";
import type { VaultKeys } from "#shared/crypto/vault/vault-key.ts";
import type { Id } from "#shared/ids.ts";

/** Every key of a vault that a member's device had in memory at one moment: of the vault, and of each part of each item. */
export interface KeptKeys {
  readonly tid: Id<"tenant">;
  readonly ofVault: readonly VaultKeys[];
  readonly ofParts: readonly Key[];
}

/** @param level what the member may do: of one who may list and not read there are no keys of contents */
export async function keepKeys(book: VaultBook, level: ShareLevel = "read"): Promise<KeptKeys> {
  const parts = await Promise.all((await book.list()).map(({ id }) => book.partsOf(id, level)));
  const ofParts = parts.flatMap(({ entryKey, contentKey }) => (contentKey ? [entryKey, contentKey] : [entryKey]));
  const { current, keys } = book.head().ring;
  return { tid: current.tid, ofVault: [...keys.values()], ofParts };
}

/**
 * How many sealed parts of what a vault holds now (two of each item) any of these keys opens. The parts are those that a member who
 * stayed is served, as a platform could hand them to anybody; which generation a key is of is not asked.
 */
export async function countOpened(kept: KeptKeys, served: VaultApi, vaultId: Id<"vault">): Promise<number> {
  const { items } = await served.listItems({ vaultId });
  let opened = 0;
  for (const { id: itemId, version, entry } of items) {
    if (!entry) continue;
    const { content } = await served.getContent({ vaultId, itemId });
    for (const [part, sealed] of [["entry", entry] as const, ["content", content] as const])
      if (sealed && isOpened(kept, { vaultId, itemId, version, part }, sealed)) opened += 1;
  }
  return opened;
}

type Place = Omit<ItemPlace, "tid" | "keyGen">;

function isOpened({ tid, ofVault, ofParts }: KeptKeys, place: Place, sealed: { key: string; blob: string }): boolean {
  const wrapped = decodeBase64url(sealed.key);
  const { keyGen, version } = readKeyPlace(wrapped);
  const keks = ofVault.flatMap(({ entryKek, contentKek }) => (contentKek ? [entryKek, contentKek] : [entryKek]));
  const unwrapped = keks.flatMap((kek) =>
    attempt(() => unwrapPartKey(kek, { ...place, tid, keyGen, version }, wrapped)),
  );
  const blob = decodeBase64url(sealed.blob);
  return [...unwrapped, ...ofParts].some(
    (key) => attempt(() => openPart(key, { ...place, tid, keyGen }, blob)).length > 0,
  );
}

function attempt<T>(open: () => T): T[] {
  try {
    return [open()];
  } catch (error) {
    if (error instanceof CryptoError) return [];
    throw error;
  }
}
