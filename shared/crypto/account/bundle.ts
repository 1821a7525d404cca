import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, u8, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { checked } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { asKemPublicKey, KEM_PUBLIC_KEY_BYTES, type KemPublicKey } from "../primitives/kem.ts";
import { asSignPublicKey, SIGNATURE_BYTES, type SignKeys, type SignPublicKey, sign } from "../primitives/sign.ts";

/**
 * OCPK: what a user says of their own keys; each statement names the one before it, which makes the user's sigchain.
 *
 *   "OCPK" suite 1 tid 16 uid 16 bundleSeq 8 prevHash 32 rootPub 32 edPub 32 kemPub 1216 deviceListHash 32 minSuite 1
 *   notBefore 8 rotated 1 | signature 64 by rootPub | signature 64 by the previous rootPub, if rotated = 1
 *
 * The first has bundleSeq 1, a prevHash of zeros and rotated 0. prevHash is H of all bytes of the statement before.
 * Reading a chain is in `bundle-chain.ts`.
 */
export interface Bundle {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly bundleSeq: number;
  readonly prevHash: Uint8Array;
  readonly rootKey: SignPublicKey;
  readonly signKey: SignPublicKey;
  readonly kemKey: KemPublicKey;
  readonly deviceListHash: Uint8Array;
  /** The lowest suite this user still accepts; it never goes down (THREATS B22). */
  readonly minSuite: number;
  readonly notBeforeMs: number;
}

export const FIRST_PREV_HASH = new Uint8Array(32);

/** @param previousRoot the root keys before a rotation: they agree to their successor by signing the same body. */
export function signBundle(bundle: Omit<Bundle, "rootKey">, root: SignKeys, previousRoot?: SignKeys): Uint8Array {
  const body = concat(
    writeHeader("OCPK"),
    boundId("tenant", bundle.tid),
    boundId("user", bundle.uid),
    u64(bundle.bundleSeq),
    checked(bundle.prevHash, 32),
    root.publicKey,
    bundle.signKey,
    bundle.kemKey,
    checked(bundle.deviceListHash, 32),
    u8(bundle.minSuite),
    u64(bundle.notBeforeMs),
    u8(previousRoot ? 1 : 0),
  );
  const agreed = previousRoot ? sign("bundle-rotation", body, previousRoot.secretKey) : new Uint8Array(0);
  return concat(body, sign("bundle", body, root.secretKey), agreed);
}

export interface ReadBundle {
  readonly bundle: Bundle;
  readonly hash: Uint8Array;
  readonly body: Uint8Array;
  readonly signature: Uint8Array;
  /** The previous root's signature, when the statement says that the root changed. */
  readonly rotation: Uint8Array | undefined;
}

/** Only the form. Nothing in it may be used before `bundle-chain.ts` has accepted it. */
export function readBundle(bytes: Uint8Array): ReadBundle {
  const reader = readerOf(bytes);
  readHeader(reader, "OCPK");
  const bundle: Bundle = {
    tid: idFromBytes("tenant", reader.take(16)),
    uid: idFromBytes("user", reader.take(16)),
    bundleSeq: reader.u64(),
    prevHash: reader.take(32),
    rootKey: asSignPublicKey(reader.take(32)),
    signKey: asSignPublicKey(reader.take(32)),
    kemKey: asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES)),
    deviceListHash: reader.take(32),
    minSuite: reader.u8(),
    notBeforeMs: reader.u64(),
  };
  const rotated = reader.u8();
  demand(rotated <= 1, "crypto.format");
  const body = bytes.subarray(0, reader.offset());
  const signature = reader.take(SIGNATURE_BYTES);
  const rotation = rotated === 1 ? reader.take(SIGNATURE_BYTES) : undefined;
  reader.end();
  return { bundle, hash: sha256(bytes), body, signature, rotation };
}

export const isBundleAfter = (next: Bundle, previous: ReadBundle): boolean =>
  next.bundleSeq === previous.bundle.bundleSeq + 1 && equalConstantTime(next.prevHash, previous.hash);
