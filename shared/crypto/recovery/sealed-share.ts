import type { Id } from "../../ids.ts";
import { concat } from "../encoding/bytes.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { sha256 } from "../primitives/hash.ts";
import type { KemKeys, KemPublicKey } from "../primitives/kem.ts";
import type { SignKeys, SignPublicKey } from "../primitives/sign.ts";
import { openSealedTo, sealTo } from "../sealing/sealed-to.ts";

/**
 * How a share of an account's recovery key travels. Both are OCM1 around one OCS1 (185 bytes); the platform keeps them and opens neither.
 *
 *   recovery-share     owner's IKsig → contact's IKkem         context = tid 16 ‖ owner 16 ‖ contact 16 ‖ setId 16
 *   recovery-release   contact's IKsig → an ephemeral X-Wing   context = the same ‖ recoveryId 16
 *   key, made by the browser that recovers
 *
 * ownerFp = H("ocmt/v1/share-owner\0" ‖ tid 16 ‖ uid 16 ‖ first root key 32): it outlives every change of keys, as a safety number does.
 */
export interface SharePlace {
  readonly tid: Id<"tenant">;
  readonly owner: Id<"user">;
  readonly contact: Id<"user">;
  readonly setId: Id<"shareSet">;
}

export interface ReleasePlace extends SharePlace {
  readonly recoveryId: Id<"recovery">;
}

export function sealShareFor(
  share: Uint8Array,
  place: SharePlace,
  parties: { readonly contact: KemPublicKey; readonly owner: SignKeys },
): Uint8Array {
  const { contact: recipient, owner: sender } = parties;
  return sealTo({ purpose: "recovery-share", context: contextOf(place), recipient, sender }, share);
}

/** @throws crypto.context, crypto.signature, crypto.commitment, crypto.open, crypto.format, crypto.suite */
export function openShareFor(
  bytes: Uint8Array,
  place: SharePlace,
  parties: { readonly contact: KemKeys; readonly owner: SignPublicKey },
): Uint8Array {
  const { contact: recipient, owner: sender } = parties;
  return openSealedTo({ purpose: "recovery-share", context: contextOf(place), recipient, sender }, bytes);
}

export function sealRelease(
  share: Uint8Array,
  place: ReleasePlace,
  parties: { readonly ephemeral: KemPublicKey; readonly contact: SignKeys },
): Uint8Array {
  const { ephemeral: recipient, contact: sender } = parties;
  return sealTo({ purpose: "recovery-release", context: releaseContextOf(place), recipient, sender }, share);
}

/** @throws as openShareFor */
export function openRelease(
  bytes: Uint8Array,
  place: ReleasePlace,
  parties: { readonly ephemeral: KemKeys; readonly contact: SignPublicKey },
): Uint8Array {
  const { ephemeral: recipient, contact: sender } = parties;
  return openSealedTo({ purpose: "recovery-release", context: releaseContextOf(place), recipient, sender }, bytes);
}

export const ownerFingerprintOf = (owner: {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly genesisKey: SignPublicKey;
}): Uint8Array =>
  sha256(labelOf("share-owner"), boundId("tenant", owner.tid), boundId("user", owner.uid), owner.genesisKey);

const contextOf = ({ tid, owner, contact, setId }: SharePlace): Uint8Array =>
  concat(boundId("tenant", tid), boundId("user", owner), boundId("user", contact), boundId("shareSet", setId));

const releaseContextOf = (place: ReleasePlace): Uint8Array =>
  concat(contextOf(place), boundId("recovery", place.recoveryId));
