import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, u16, u32, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import type { Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import { compareBytes, sha256, sortedHashesOf } from "../primitives/hash.ts";
import { mac } from "../primitives/kdf.ts";

/**
 * OCWS: which slots the account has now.
 *
 *   "OCWS" suite 1 tid 16 uid 16 urkGen 4 slotSeq 8 count 2 | hash 32 × count, ascending | mac 32
 *   mac = HMAC-SHA256(slotMac, "ocmt/v1/slot-set\0" ‖ everything before the mac)
 *
 * A removed slot still opens with its old secret; what it lacks is a place in this list. `slotSeq` grows with every change,
 * so a client that remembers the last one is not shown an older list (PROTOCOL 3.1).
 */
export interface SlotSetPlace {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly urkGen: number;
}

/** What a client remembers of the last list it accepted. */
export interface SlotSetPin {
  readonly slotSeq: number;
  readonly hash: Uint8Array;
}

export function makeSlotSet(
  place: SlotSetPlace,
  slotSeq: number,
  slots: readonly Uint8Array[],
  slotMac: Key,
): Uint8Array {
  const body = write(place, slotSeq, slotHashesOf(slots));
  return concat(body, mac("slot-set", slotMac, body));
}

/**
 * The slots served must be exactly those listed, and the list not older than the pinned one.
 * @returns the pin to remember. @throws crypto.signature, crypto.context, crypto.rollback
 */
export function checkSlotSet(
  bytes: Uint8Array,
  slots: readonly Uint8Array[],
  { place, slotMac, pin }: { readonly place: SlotSetPlace; readonly slotMac: Key; readonly pin?: SlotSetPin },
): SlotSetPin {
  const reader = readerOf(bytes);
  readHeader(reader, "OCWS");
  const tid = idFromBytes("tenant", reader.take(16));
  const uid = idFromBytes("user", reader.take(16));
  const urkGen = reader.u32();
  const slotSeq = reader.u64();
  const hashes = Array.from({ length: reader.u16() }, () => reader.take(32));
  const body = bytes.subarray(0, reader.offset());
  const claimed = reader.take(32);
  reader.end();
  demand(equalConstantTime(claimed, mac("slot-set", slotMac, body)), "crypto.signature");
  demand(tid === place.tid && uid === place.uid && urkGen === place.urkGen, "crypto.context");
  demand(equalConstantTime(concat(...hashes), concat(...slotHashesOf(slots))), "crypto.context");
  const hash = sha256(bytes);
  demand(pin === undefined || isNotOlder({ slotSeq, hash }, pin), "crypto.rollback");
  return { slotSeq, hash };
}

/** The same number with another content is a fork, and as bad as an older one. */
function isNotOlder(found: SlotSetPin, pin: SlotSetPin): boolean {
  return found.slotSeq > pin.slotSeq || (found.slotSeq === pin.slotSeq && equalConstantTime(found.hash, pin.hash));
}

function write({ tid, uid, urkGen }: SlotSetPlace, slotSeq: number, hashes: readonly Uint8Array[]): Uint8Array {
  const place = concat(boundId("tenant", tid), boundId("user", uid), u32(urkGen), u64(slotSeq));
  return concat(writeHeader("OCWS"), place, u16(hashes.length), ...hashes);
}

function slotHashesOf(slots: readonly Uint8Array[]): Uint8Array[] {
  const hashes = sortedHashesOf(slots);
  const isTwice = hashes.slice(1).some((hash, i) => compareBytes(hash, hashes[i] as Uint8Array) === 0); // the one before it
  demand(!isTwice, "crypto.context");
  return hashes;
}
