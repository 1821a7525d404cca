import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, lengthPrefixed, u8, u32 } from "../encoding/bytes.ts";
import { CryptoError, demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import { COMMITTED_OVERHEAD, openCommitted, sealCommitted } from "../sealing/committed.ts";

/**
 * OCW1: the user root key (URK) wrapped under one secret. An account has several, any of which opens it.
 *
 *   "OCW1" suite 1 type 1 slotId 16 tid 16 uid 16 urkGen 4 L(params) | salt 24 commit 32 | ct 32 tag 16
 *   KEK = HKDF(slotSecret ‖ deviceSecret?, salt, "ocmt/v1/slot\0" ‖ all before the salt), see committed.ts
 *
 *   type 01 passphrase   params = flags 1 (bit 0: device secret mixed in) m 4 t 4 p 4 argonSalt 16
 *        02 passkey      params = credentialId 1 to 1023
 *        03 bip39        params empty
 *        04 contacts     params = setId 16
 *        05 hardware key params empty
 *        06 device       params = deviceId 16
 *   07 org escrow is not built; it is refused like any unknown type.
 *
 * Source: PROTOCOL 3.1. How each secret comes about: passphrase-slot.ts, bip39.ts, hardware-key.ts,
 * device-slot.ts, passkey-slot.ts, ../recovery/contacts-slot.ts.
 */
const TYPES = { passphrase: 1, passkey: 2, bip39: 3, contacts: 4, hardware_key: 5, device: 6 } as const;

/** From and to how many bytes a type's params have. WebAuthn lets a credential id be up to 1023 long. */
const PARAMS_BYTES = {
  passphrase: [29, 29],
  passkey: [1, 1023],
  bip39: [0, 0],
  contacts: [16, 16],
  hardware_key: [0, 0],
  device: [16, 16],
} as const satisfies Record<SlotType, readonly [number, number]>;

export type SlotType = keyof typeof TYPES;

export interface SlotPlace {
  readonly slotId: Id<"slot">;
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  /** The generation of the root key; grows by one with every rotation. */
  readonly urkGen: number;
}

export interface Slot extends SlotPlace {
  readonly type: SlotType;
  readonly params: Uint8Array;
}

/** @param slotSecret what the type's own file derived, followed by the device secret where the slot asks for one. */
export function wrapRootKey(slot: Slot, slotSecret: Uint8Array, urk: Key): Uint8Array {
  demandParams(slot);
  return sealCommitted({ purpose: "slot", ikm: slotSecret, header: headerOf(slot) }, asKey(urk));
}

/**
 * Opens a slot which must be of this account and type. A slot of another account, another type, or under another secret
 * is refused with one and the same error.
 * @throws crypto.commitment, crypto.open, crypto.format, crypto.suite
 */
export function unwrapRootKey(
  bytes: Uint8Array,
  expected: Pick<Slot, "tid" | "uid" | "type">,
  slotSecret: Uint8Array,
): { readonly slot: Slot; readonly urk: Key } {
  const { slot, header, body } = parse(bytes);
  const mine = slot.tid === expected.tid && slot.uid === expected.uid && slot.type === expected.type;
  demand(mine, "crypto.commitment");
  return { slot, urk: asKey(openCommitted({ purpose: "slot", ikm: slotSecret, header }, body)) };
}

/** What a slot says of itself; nothing here is proven before it was opened. */
export const readSlot = (bytes: Uint8Array): Slot => parse(bytes).slot;

function headerOf(slot: Slot): Uint8Array {
  return concat(
    writeHeader("OCW1"),
    u8(TYPES[slot.type]),
    boundId("slot", slot.slotId),
    boundId("tenant", slot.tid),
    boundId("user", slot.uid),
    u32(slot.urkGen),
    lengthPrefixed(slot.params),
  );
}

function parse(bytes: Uint8Array) {
  const reader = readerOf(bytes);
  readHeader(reader, "OCW1");
  const type = typeOf(reader.u8());
  const slotId = idFromBytes("slot", reader.take(16));
  const tid = idFromBytes("tenant", reader.take(16));
  const uid = idFromBytes("user", reader.take(16));
  const slot: Slot = { type, slotId, tid, uid, urkGen: reader.u32(), params: reader.prefixed() };
  demandParams(slot);
  const header = bytes.subarray(0, reader.offset());
  const body = reader.rest();
  demand(body.length === COMMITTED_OVERHEAD + 32, "crypto.format");
  return { slot, header, body };
}

function demandParams({ type, params }: Slot): void {
  const [least, most] = PARAMS_BYTES[type];
  demand(params.length >= least && params.length <= most, "crypto.format");
}

function typeOf(byte: number): SlotType {
  for (const [type, code] of Object.entries(TYPES)) if (code === byte) return type as SlotType; // a key of TYPES
  throw new CryptoError("crypto.suite");
}
