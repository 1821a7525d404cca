import type { Id } from "../../ids.ts";
import { concat } from "../encoding/bytes.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveKey } from "../primitives/kdf.ts";
import { type SlotPlace, unwrapRootKey, wrapRootKey } from "../slots/slot.ts";

/**
 * Slot type 04: the root key under a recovery key RK that nobody holds. RK is 32 fresh random bytes, split among the contacts at once
 * and then forgotten; it is never the root itself, so that a set which is replaced takes no root with it.
 *
 *   slotSecret = HKDF(RK, "ocmt/v1/contacts-slot\0" ‖ uid 16 ‖ setId 16)        params = setId 16
 */
export interface RecoveryKey {
  readonly setId: Id<"shareSet">;
  readonly key: Key;
}

export function wrapForContacts(place: SlotPlace, recovery: RecoveryKey, urk: Key): Uint8Array {
  const slot = { ...place, type: "contacts", params: boundId("shareSet", recovery.setId) } as const;
  return wrapRootKey(slot, deriveContactsSlotSecret(recovery, place.uid), urk);
}

/** @throws crypto.commitment for another account, type, key or set: the set is in the derivation. */
export function unwrapWithContacts(bytes: Uint8Array, expected: Pick<SlotPlace, "tid" | "uid">, recovery: RecoveryKey) {
  return unwrapRootKey(bytes, { ...expected, type: "contacts" }, deriveContactsSlotSecret(recovery, expected.uid));
}

function deriveContactsSlotSecret({ setId, key }: RecoveryKey, uid: Id<"user">): Key {
  const context = concat(boundId("user", uid), boundId("shareSet", setId));
  return deriveKey({ purpose: "contacts-slot", ikm: asKey(key), context });
}
