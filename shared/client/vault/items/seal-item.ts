import * as z from "zod";
import type { VaultChange, VaultEntry } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import {
  type ItemPlace,
  openPart,
  type Part,
  readKeyPlace,
  sealPart,
  unwrapPartKey,
  wrapPartKey,
} from "#shared/crypto/vault/item.ts";
import { hashOfPart, type Leaf } from "#shared/crypto/vault/tree.ts";
import type { VaultKeys } from "#shared/crypto/vault/vault-key.ts";
import type { Id } from "#shared/ids.ts";
import type { OpenRing } from "../keys/vault-key.ts";
import { Contacts, ContactsEntry, Content, Entry, KeptFile } from "./item-model.ts";

type Put = Extract<VaultChange, { do: "put" }>;
type Sealed = Put["entry"];

/** What a person wrote: what lists show of it, and what they do not. */
export interface Secret {
  readonly entry: Entry;
  readonly content: Content;
}

/** What a vault keeps beside the items that lists show. */
export interface Hidden {
  readonly entry: ContactsEntry;
  readonly content: Contacts;
}

/** An item as it will be put, and the leaf that stands for it. Both of its keys are new. */
export interface SealedItem {
  readonly put: Put;
  readonly leaf: Leaf;
}

/** An item as it was opened, whatever it is: one that this version does not know goes through unchanged. */
export interface Opened {
  readonly entry: unknown;
  readonly content: unknown;
}

export const checkSecret = ({ entry, content }: Secret | Hidden): Opened => ({
  entry: Entry.or(ContactsEntry).parse(entry),
  content: Content.or(Contacts).parse(content),
});

export function sealItem(
  { current: keys }: OpenRing,
  { id, version }: { readonly id: Id<"item">; readonly version: number },
  { entry, content }: Opened,
): SealedItem {
  const place = { ...placeOf(keys), itemId: id, version };
  const sealedEntry = seal(keys.entryKek, { ...place, part: "entry" }, entry);
  const sealedContent = seal(contentKekOf(keys), { ...place, part: "content" }, content);
  const sealed = { entry: sealedEntry, content: sealedContent, file: fileOf(content)?.id ?? null };
  const put = { do: "put", id, version, keyGen: keys.keyGen, ...sealed } as const;
  return { put, leaf: { itemId: id, version, hashes: { entry: hashOf(sealedEntry), content: hashOf(sealedContent) } } };
}

/** What a content names as its file, whatever else is in it. */
export const fileOf = (content: unknown): KeptFile | undefined =>
  z.object({ type: z.literal("file"), file: KeptFile }).safeParse(content).data?.file;

function contentKekOf({ contentKek }: VaultKeys): Key {
  demand(contentKek !== undefined, "crypto.key"); // a member who may list and not read has none
  return contentKek;
}

function seal(kek: Key, place: ItemPlace, value: unknown): Sealed {
  const key = makeKey();
  const blob = sealPart(key, place, utf8(JSON.stringify(value)));
  return { key: encodeBase64url(wrapPartKey(kek, place, key)), blob: encodeBase64url(blob) };
}

/** @throws CryptoError for an entry that was altered, or belongs to another item, version or vault */
export function openEntry<T extends z.ZodType>(
  ring: OpenRing,
  { id, version, entry }: VaultEntry,
  schema: T,
): z.output<T> {
  demand(entry !== null, "crypto.format");
  return open(ring, { id, version, part: "entry" }, { sealed: entry, schema });
}

/** @throws CryptoError as openEntry; crypto.manifest for a content that is not the one the manifest names */
export function openContent<T extends z.ZodType>(
  ring: OpenRing,
  { id, version, contentHash }: Pick<VaultEntry, "id" | "version" | "contentHash">,
  { content, schema }: { readonly content: Sealed; readonly schema: T },
): z.output<T> {
  demand(contentHash === encodeBase64url(hashOf(content)), "crypto.manifest");
  return open(ring, { id, version, part: "content" }, { sealed: content, schema });
}

/** Under which generation an item lies, by its own key, which the manifest names; what the service says of it is for the service. */
export const keyGenOf = ({ entry }: VaultEntry): number | undefined =>
  entry ? readKeyPlace(decodeBase64url(entry.key)).keyGen : undefined;

function keysOf({ keys }: OpenRing, keyGen: number): VaultKeys {
  const found = keys.get(keyGen);
  demand(found !== undefined, "crypto.context");
  return found;
}

function open<T extends z.ZodType>(
  ring: OpenRing,
  { id, version, part }: { readonly id: Id<"item">; readonly version: number; readonly part: Part },
  { sealed, schema }: { readonly sealed: Sealed; readonly schema: T },
): z.output<T> {
  const { key, keys } = unwrap(ring, { id, part }, sealed);
  return openWithKey(key, { ...placeOf(keys), itemId: id, part, version }, { sealed, schema });
}

/** The keys of an item's parts, and the hashes that stand for it: what it takes to hand on this one version of it. */
export interface ItemParts {
  readonly version: number;
  readonly keyGen: number;
  readonly entryKey: Key;
  /** None for a member who may list and not read, or while the content was not asked for. */
  readonly contentKey: Key | undefined;
  readonly entryHash: Uint8Array;
  readonly contentHash: Uint8Array;
}

/** @throws CryptoError for a part that is not the one the manifest names */
export function partsOf(ring: OpenRing, row: VaultEntry, content: Sealed | undefined): ItemParts {
  const { id, version, entry, contentHash } = row;
  demand(entry !== null && contentHash !== null, "crypto.format");
  demand(!content || encodeBase64url(hashOf(content)) === contentHash, "crypto.manifest");
  const { key: entryKey, keys } = unwrap(ring, { id, part: "entry" }, entry);
  return {
    ...{ version, keyGen: keys.keyGen, entryHash: hashOf(entry), contentHash: decodeBase64url(contentHash) },
    entryKey,
    contentKey: content && unwrap(ring, { id, part: "content" }, content).key,
  };
}

/** The key of a part, and the vault's keys under which it lies by its own word. */
function unwrap(ring: OpenRing, { id, part }: { readonly id: Id<"item">; readonly part: Part }, sealed: Sealed) {
  const wrapped = decodeBase64url(sealed.key);
  const drawn = readKeyPlace(wrapped);
  const keys = keysOf(ring, drawn.keyGen);
  const kek = part === "entry" ? keys.entryKek : contentKekOf(keys);
  return { keys, key: unwrapPartKey(kek, { ...placeOf(keys), itemId: id, part, version: drawn.version }, wrapped) };
}

/** A part whose key is at hand, as whoever it was shared with has it. @throws CryptoError */
export function openWithKey<T extends z.ZodType>(
  key: Key,
  place: ItemPlace,
  { sealed, schema }: { readonly sealed: Sealed; readonly schema: T },
): z.output<T> {
  return schema.parse(JSON.parse(utf8Decode(openPart(key, place, decodeBase64url(sealed.blob)))));
}

/** What the manifest says of an item, from what was served of it. */
export function leafOf({ id: itemId, version, entry, contentHash }: VaultEntry): Leaf {
  if (entry === null || contentHash === null) return { itemId, version, hashes: null };
  return { itemId, version, hashes: { entry: hashOf(entry), content: decodeBase64url(contentHash) } };
}

export const hashOf = ({ key, blob }: Sealed): Uint8Array => hashOfPart(decodeBase64url(key), decodeBase64url(blob));
const placeOf = ({ tid, vaultId, keyGen }: VaultKeys) => ({ tid, vaultId, keyGen });
