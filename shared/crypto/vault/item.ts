import type { Id } from "../../ids.ts";
import { concat, equalConstantTime, u8, u32, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { pad, unpad } from "../encoding/padding.ts";
import { boundId } from "../encoding/place.ts";
import type { KdfPurpose } from "../encoding/purposes.ts";
import { readerOf } from "../encoding/reader.ts";
import { openCommitted, sealCommitted } from "../sealing/committed.ts";

/**
 * A vault item is two sealed parts: the entry, which is what a list shows, and the content, which is the secret. Each part has
 * a random key of its own, so that one item can be given to somebody without any other, and its name without its secret.
 *
 *   "OCI1" suite 1 flags 1 tid 16 vault 16 item 16 keyGen 4 version 8 part 1 | salt 24 commit 32 | ct tag 16     a part
 *   "OCK1" suite 1 flags 1 tid 16 vault 16 item 16 keyGen 4 version 8 part 1 | salt 24 commit 32 | 32 tag 16    its key, 171 bytes
 *
 * part: 01 entry, 02 content. flags: 0. The header is 67 bytes; a part is padded to 64 bytes (padding.ts) and comes to 139 more.
 * keyGen is the generation of the vault key that wraps the part's key. version is the item's version when the part was sealed;
 * in OCK1, when the key was drawn. Which kind of item it is stands inside. Source: PROTOCOL 3.3.
 */
const PARTS = { entry: 1, content: 2 } as const;
const NO_FLAGS = 0;
const HEADER_BYTES = 67;

export type Part = keyof typeof PARTS;

export interface ItemPlace {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly keyGen: number;
  readonly version: number;
  readonly part: Part;
}

/** @param key of this part of this item */
export const sealPart = (key: Key, place: ItemPlace, plaintext: Uint8Array): Uint8Array =>
  sealCommitted({ purpose: "item", ikm: key, header: headerOf("OCI1", place) }, pad(plaintext));

/** @throws crypto.context if it says it belongs elsewhere; crypto.commitment or crypto.open if it lies */
export const openPart = (key: Key, place: ItemPlace, bytes: Uint8Array): Uint8Array =>
  unpad(open({ magic: "OCI1", purpose: "item" }, key, place, bytes));

/** @param kek of the vault for this part: see vault-key.ts */
export const wrapPartKey = (kek: Key, place: ItemPlace, key: Key): Uint8Array =>
  sealCommitted({ purpose: "item-key", ikm: kek, header: headerOf("OCK1", place) }, key);

/** @throws crypto.context, crypto.commitment, crypto.open, crypto.key */
export const unwrapPartKey = (kek: Key, place: ItemPlace, bytes: Uint8Array): Key =>
  asKey(open({ magic: "OCK1", purpose: "item-key" }, kek, place, bytes));

/** What a part's key says of itself: under which generation it lies, and in which version it was drawn. Unwrapping binds both. */
export function readKeyPlace(bytes: Uint8Array): Pick<ItemPlace, "keyGen" | "version"> {
  const reader = readerOf(bytes);
  readHeader(reader, "OCK1");
  reader.take(1 + 16 + 16 + 16);
  return { keyGen: reader.u32(), version: reader.u64() };
}

interface Form {
  readonly magic: "OCI1" | "OCK1";
  readonly purpose: KdfPurpose;
}

function open({ magic, purpose }: Form, ikm: Key, place: ItemPlace, bytes: Uint8Array): Uint8Array {
  readHeader(readerOf(bytes), magic);
  const header = headerOf(magic, place);
  demand(equalConstantTime(bytes.subarray(0, HEADER_BYTES), header), "crypto.context");
  return openCommitted({ purpose, ikm, header }, bytes.subarray(HEADER_BYTES));
}

function headerOf(magic: Form["magic"], { tid, vaultId, itemId, keyGen, version, part }: ItemPlace): Uint8Array {
  const ids = [boundId("tenant", tid), boundId("vault", vaultId), boundId("item", itemId)];
  return concat(writeHeader(magic), u8(NO_FLAGS), ...ids, u32(keyGen), u64(version), u8(PARTS[part]));
}
