import type { Id } from "../../ids.ts";
import { concat, u8, u32, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import type { KemKeys, KemPublicKey } from "../primitives/kem.ts";
import type { SignKeys, SignPublicKey } from "../primitives/sign.ts";
import { checkSealedTo, openSealedTo, sealTo } from "../sealing/sealed-to.ts";

/**
 * One item as it is handed to one person: OCM1 (sealed-to.ts) of purpose "item-share" with the context
 *
 *   tid 16 ‖ vault 16 ‖ item 16 ‖ version 8 ‖ keyGen 4 ‖ share 16 ‖ granter 16 ‖ recipient 16 ‖ level 1 ‖ chainSeq 8 ‖ chainHash 32
 *   ‖ until 8 ‖ opens 4 ‖ H(key and blob of the entry) 32 ‖ H(key and blob of the content) 32
 *
 * and inside it the keys of the item's parts:  level 1 (01 list, 02 read) ‖ key of the entry 32 [‖ key of the content 32]
 *
 * chainSeq and chainHash are where the vault's chain (chain.ts) stood: whether the granter might share is judged there. until in
 * milliseconds, opens as a number; 0 is no limit. Of a share that gives the name alone the last hash is zeros. Source: PROTOCOL 3.3.
 */
const LEVELS = { list: 1, read: 2 } as const;
export type ShareLevel = keyof typeof LEVELS;

export interface ShareTerms {
  readonly shareId: Id<"share">;
  readonly granter: Id<"user">;
  readonly recipient: Id<"user">;
  readonly level: ShareLevel;
  readonly untilMs: number | null;
  readonly opensMax: number | null;
}

/** Which item it is, in which version, and where the vault's chain stood. */
interface SharedItem {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly version: number;
  readonly keyGen: number;
  readonly chain: { readonly seq: number; readonly hash: Uint8Array };
  readonly entryHash: Uint8Array;
  /** Needed for who may read. */
  readonly contentHash: Uint8Array | undefined;
}

export type SharePlace = ShareTerms & SharedItem;

export interface PartKeys {
  readonly entry: Key;
  readonly content: Key | undefined;
}

export function sealItemShare(
  { entry, content }: PartKeys,
  place: SharePlace,
  keys: { readonly sender: SignKeys; readonly recipient: KemPublicKey },
): Uint8Array {
  const isRead = place.level === "read";
  demand(!isRead || content !== undefined, "crypto.key");
  const inside = concat(u8(LEVELS[place.level]), entry, isRead && content ? content : new Uint8Array(0));
  return sealTo({ purpose: "item-share", context: contextOf(place), ...keys }, inside);
}

/** That it is the granter's word for this recipient, item and terms. @throws crypto.context, crypto.signature, crypto.format */
export const checkItemShare = (
  bytes: Uint8Array,
  place: SharePlace,
  keys: { readonly sender: SignPublicKey; readonly recipient: KemPublicKey },
): void => void checkSealedTo({ purpose: "item-share", context: contextOf(place), ...keys }, bytes);

/** @throws crypto.context, crypto.signature, crypto.commitment, crypto.open, crypto.format */
export function openItemShare(
  bytes: Uint8Array,
  place: SharePlace,
  keys: { readonly sender: SignPublicKey; readonly recipient: KemKeys },
): PartKeys {
  const reader = readerOf(openSealedTo({ purpose: "item-share", context: contextOf(place), ...keys }, bytes));
  demand(reader.u8() === LEVELS[place.level], "crypto.context");
  const entry = asKey(reader.take(32));
  const content = place.level === "read" ? asKey(reader.take(32)) : undefined;
  reader.end();
  return { entry, content };
}

const NO_HASH = new Uint8Array(32);

function contextOf(place: SharePlace): Uint8Array {
  const { chain, level, entryHash, contentHash } = place;
  demand(level !== "read" || contentHash !== undefined, "crypto.context");
  const ids = [
    boundId("tenant", place.tid),
    boundId("vault", place.vaultId),
    boundId("item", place.itemId),
    u64(place.version),
    u32(place.keyGen),
    boundId("share", place.shareId),
    boundId("user", place.granter),
    boundId("user", place.recipient),
  ];
  const terms = [u8(LEVELS[level]), u64(chain.seq), checked(chain.hash, 32), u64(place.untilMs ?? 0)];
  const opens = u32(place.opensMax ?? 0);
  const content = level === "read" && contentHash ? contentHash : NO_HASH;
  return concat(...ids, ...terms, opens, checked(entryHash, 32), checked(content, 32));
}
