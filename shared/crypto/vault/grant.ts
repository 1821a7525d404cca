import type { Id } from "../../ids.ts";
import { concat, u8, u16, u32 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import type { KemKeys, KemPublicKey } from "../primitives/kem.ts";
import type { SignKeys, SignPublicKey } from "../primitives/sign.ts";
import { openSealedTo, sealTo } from "../sealing/sealed-to.ts";
import type { HeldKey } from "./vault-key.ts";

/**
 * A vault's keys as they are handed to a member: OCM1 (sealed-to.ts) of purpose "vault-grant" with the context
 *
 *   tid 16 ‖ vault 16 ‖ granter 16 ‖ recipient 16
 *
 * and inside it a ring of keys, one for each generation whose items are still to be opened:
 *
 *   level 1 (01 key of entries, 02 vault key) ‖ count 2 ‖ count × (keyGen 4 ‖ key 32)      ascending
 */
export type KeyRing = ReadonlyMap<number, HeldKey>;

const LEVELS = { entries: 1, all: 2 } as const;

export function writeRing(ring: KeyRing): Uint8Array {
  const keys = [...ring].toSorted(([a], [b]) => a - b);
  const isAll = keys.every(([, held]) => "vaultKey" in held);
  const bytes = keys.map(([keyGen, held]) => {
    demand("vaultKey" in held === isAll, "crypto.format");
    return concat(u32(keyGen), "vaultKey" in held ? held.vaultKey : held.entryKek);
  });
  demand(keys.length > 0 && keys.length < 0x1_0000, "crypto.format");
  return concat(u8(isAll ? LEVELS.all : LEVELS.entries), u16(keys.length), ...bytes);
}

export function readRing(bytes: Uint8Array): KeyRing {
  const reader = readerOf(bytes);
  const level = reader.u8();
  demand(level === LEVELS.all || level === LEVELS.entries, "crypto.suite");
  const count = reader.u16();
  const ring = new Map<number, HeldKey>();
  let last = 0;
  for (let i = 0; i < count; i++) {
    const keyGen = reader.u32();
    demand(keyGen > last, "crypto.format");
    last = keyGen;
    ring.set(keyGen, held(level, asKey(reader.take(32))));
  }
  reader.end();
  demand(count > 0, "crypto.format");
  return ring;
}

const held = (level: number, key: Key): HeldKey => (level === LEVELS.all ? { vaultKey: key } : { entryKek: key });

export interface GrantPlace {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly granter: Id<"user">;
  readonly recipient: Id<"user">;
}

export const sealGrant = (
  ring: KeyRing,
  place: GrantPlace,
  keys: { readonly sender: SignKeys; readonly recipient: KemPublicKey },
): Uint8Array => sealTo({ purpose: "vault-grant", context: contextOf(place), ...keys }, writeRing(ring));

/** @throws crypto.context, crypto.signature, crypto.commitment, crypto.open, crypto.format */
export const openGrant = (
  bytes: Uint8Array,
  place: GrantPlace,
  keys: { readonly sender: SignPublicKey; readonly recipient: KemKeys },
): KeyRing => readRing(openSealedTo({ purpose: "vault-grant", context: contextOf(place), ...keys }, bytes));

const contextOf = ({ tid, vaultId, granter, recipient }: GrantPlace): Uint8Array =>
  concat(boundId("tenant", tid), boundId("vault", vaultId), boundId("user", granter), boundId("user", recipient));
