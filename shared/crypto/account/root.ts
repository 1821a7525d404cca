import type { Id } from "../../ids.ts";
import { concat, u32 } from "../encoding/bytes.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveKey } from "../primitives/kdf.ts";
import { makeKey } from "../primitives/random.ts";
import { deriveSignKeys, type SignKeys } from "../primitives/sign.ts";

/**
 * [Note: key hierarchy]
 *
 *   secrets of the user → slotSecret → unwraps URK (32 bytes, random, generation g)
 *   URK_g → root Ed25519 key RSK   signs bundles, device and agent certificates
 *         → slotMac                 proves which slots exist
 *         → selfWrap                seals what only I write: identity, device list, settings
 *
 * Each by HKDF(URK, "ocmt/v1/<purpose>\0" ‖ tid 16 ‖ uid 16 ‖ gen 4), so a key of one generation or account is none of
 * another's. Nothing is encrypted to one's own public key: that would let anyone who knows it write.
 */
export interface RootPlace {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly urkGen: number;
}

export interface RootKeys extends RootPlace {
  /** In memory only, beside what it gives: for a device of the same person that is let in. */
  readonly urk: Key;
  readonly rootSign: SignKeys;
  readonly slotMac: Key;
  readonly selfWrap: Key;
}

export const makeRootKey = (): Key => makeKey();

export function deriveRootKeys(urk: Key, place: RootPlace): RootKeys {
  const context = concat(boundId("tenant", place.tid), boundId("user", place.uid), u32(place.urkGen));
  const ikm = asKey(Uint8Array.from(urk)); // a copy: who opened it erases theirs
  return {
    ...place,
    urk: ikm,
    rootSign: deriveSignKeys(deriveKey({ purpose: "root-sign", ikm, context })),
    slotMac: deriveKey({ purpose: "slot-mac", ikm, context }),
    selfWrap: deriveKey({ purpose: "self-wrap", ikm, context }),
  };
}
