import type { Id } from "../../ids.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { sha256 } from "../primitives/hash.ts";
import { deriveKey } from "../primitives/kdf.ts";
import { type SlotPlace, unwrapRootKey, wrapRootKey } from "./slot.ts";

/**
 * Slot type 02: the root key under what a passkey's authenticator computes once it has verified its user (WebAuthn PRF).
 *
 *   asked       prf.eval.first = H("ocmt/v1/prf\0" ‖ uid 16)
 *   slotSecret  HKDF(its answer 32, "ocmt/v1/passkey-slot\0" ‖ uid 16)
 *   params      the credential id, so that a browser knows which passkeys to ask for
 *
 * Fast, and gone with the authenticator: a client adds it beside what a person holds, never in its place (PROTOCOL 3.1).
 */
export interface SlotPasskey {
  readonly credentialId: Uint8Array;
  readonly prfOutput: Uint8Array;
}

/** What is asked of the authenticator; the browser hashes it once more under a name of its own. */
export const prfInputOf = (uid: Id<"user">): Uint8Array => sha256(labelOf("prf"), boundId("user", uid));

export function wrapWithPasskey(place: SlotPlace, passkey: SlotPasskey, urk: Key): Uint8Array {
  const slot = { ...place, type: "passkey", params: passkey.credentialId } as const;
  return wrapRootKey(slot, derivePasskeySlotSecret(passkey, place.uid), urk);
}

/** @throws crypto.commitment for another account, type or authenticator. */
export function unwrapWithPasskey(bytes: Uint8Array, expected: Pick<SlotPlace, "tid" | "uid">, passkey: SlotPasskey) {
  return unwrapRootKey(bytes, { ...expected, type: "passkey" }, derivePasskeySlotSecret(passkey, expected.uid));
}

function derivePasskeySlotSecret({ prfOutput }: SlotPasskey, uid: Id<"user">): Key {
  return deriveKey({ purpose: "passkey-slot", ikm: checked(prfOutput, 32), context: boundId("user", uid) });
}
