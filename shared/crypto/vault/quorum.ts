import { type Id, idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, lengthPrefixed, u32, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { asKemPublicKey, KEM_PUBLIC_KEY_BYTES, type KemKeys, type KemPublicKey } from "../primitives/kem.ts";
import type { SignKeys, SignPublicKey, SignSecretKey } from "../primitives/sign.ts";
import { openCommitted, sealCommitted } from "../sealing/committed.ts";
import { openSealedTo, sealTo } from "../sealing/sealed-to.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";
import { type KeyRing, readRing, writeRing } from "./grant.ts";

/**
 * A vault that opens only with the shares of several holders. Its keys lie under a threshold key that was split (recovery/split.ts) and
 * forgotten; the set of shares, its threshold and its holders stand in a step of the chain (kind 07).
 *
 *   "OCVR" suite 1 tid 16 vault 16 setId 16 keyGen 4 | salt 24 commit 32 | ring tag 16     the ring of keys, ikm = the threshold key
 *   part     OCM1 of purpose "vault-share": L(OCS1 share) ‖ L(OCVR)                        who made the set → a holder
 *   "OCVO" suite 1 tid 16 vault 16 opening 16 setId 16 opener 16 bundleHash 32 kemPub 1216 at 8 notAfter 8 | signature 64 by the opener
 *   release  OCM1 of purpose "share-release": the OCS1 share                               a holder → kemPub of the opening
 *   reason   OCM1 of purpose "opening-reason": UTF-8                                       the opener → a holder
 *
 * Contexts: of a part tid ‖ vault ‖ setId ‖ sender ‖ recipient, of the other two H(OCVO) ‖ sender ‖ recipient.
 */
export interface SetPlace {
  readonly tid: Id<"tenant">;
  readonly vaultId: Id<"vault">;
  readonly setId: Id<"shareSet">;
}

export interface Between {
  readonly from: Id<"user">;
  readonly to: Id<"user">;
}

/** Whose key a set of a vault's is: the vault's own. */
export const fingerprintOf = ({ tid, vaultId }: Omit<SetPlace, "setId">): Uint8Array =>
  sha256(boundId("tenant", tid), boundId("vault", vaultId));

export function wrapRing(key: Key, place: SetPlace, ring: KeyRing): Uint8Array {
  const header = ringHeaderOf(place, Math.max(...ring.keys()));
  return sealCommitted({ purpose: "vault-ring", ikm: key, header }, writeRing(ring));
}

/** @throws crypto.context, crypto.commitment, crypto.open */
export function unwrapRing(key: Key, place: SetPlace & { readonly keyGen: number }, bytes: Uint8Array): KeyRing {
  readHeader(readerOf(bytes), "OCVR");
  const header = ringHeaderOf(place, place.keyGen);
  demand(equalConstantTime(bytes.subarray(0, header.length), header), "crypto.context");
  return readRing(openCommitted({ purpose: "vault-ring", ikm: key, header }, bytes.subarray(header.length)));
}

function ringHeaderOf({ tid, vaultId, setId }: SetPlace, keyGen: number): Uint8Array {
  const ids = concat(boundId("tenant", tid), boundId("vault", vaultId), boundId("shareSet", setId));
  return concat(writeHeader("OCVR"), ids, u32(keyGen));
}

/** What a holder keeps. */
export interface HolderPart {
  readonly share: Uint8Array;
  readonly ring: Uint8Array;
}

export const sealPartTo = (
  { share, ring }: HolderPart,
  place: SetPlace & Between,
  keys: { readonly sender: SignKeys; readonly recipient: KemPublicKey },
): Uint8Array =>
  sealTo(
    { purpose: "vault-share", context: partContextOf(place), ...keys },
    concat(lengthPrefixed(share), lengthPrefixed(ring)),
  );

/** @throws crypto.context, crypto.signature, crypto.commitment, crypto.open, crypto.format */
export function openHolderPart(
  bytes: Uint8Array,
  place: SetPlace & Between,
  keys: { readonly sender: SignPublicKey; readonly recipient: KemKeys },
): HolderPart {
  const reader = readerOf(openSealedTo({ purpose: "vault-share", context: partContextOf(place), ...keys }, bytes));
  const part = { share: reader.prefixed(), ring: reader.prefixed() };
  reader.end();
  return part;
}

const partContextOf = ({ tid, vaultId, setId, from, to }: SetPlace & Between): Uint8Array =>
  concat(boundId("tenant", tid), boundId("vault", vaultId), boundId("shareSet", setId), betweenOf({ from, to }));

const betweenOf = ({ from, to }: Between): Uint8Array => concat(boundId("user", from), boundId("user", to));

export interface OpeningRequest extends SetPlace {
  readonly openingId: Id<"opening">;
  readonly opener: Id<"user">;
  readonly bundleHash: Uint8Array;
  /** Made for this opening alone: what is released goes to it. */
  readonly kemKey: KemPublicKey;
  readonly atMs: number;
  readonly notAfterMs: number;
}

export function signOpening(request: OpeningRequest, key: SignSecretKey): Uint8Array {
  const ids = [boundId("tenant", request.tid), boundId("vault", request.vaultId)];
  const what = [boundId("opening", request.openingId), boundId("shareSet", request.setId)];
  const who = [boundId("user", request.opener), checked(request.bundleHash, 32), request.kemKey];
  const body = concat(writeHeader("OCVO"), ...ids, ...what, ...who, u64(request.atMs), u64(request.notAfterMs));
  return signStatement("vault-opening", body, key);
}

/** @throws crypto.signature, crypto.format, crypto.suite */
export function readOpening(bytes: Uint8Array, key: SignPublicKey): OpeningRequest {
  const reader = openStatement("vault-opening", "OCVO", bytes, key);
  const request = {
    tid: idFromBytes("tenant", reader.take(16)),
    vaultId: idFromBytes("vault", reader.take(16)),
    openingId: idFromBytes("opening", reader.take(16)),
    setId: idFromBytes("shareSet", reader.take(16)),
    opener: idFromBytes("user", reader.take(16)),
    bundleHash: reader.take(32),
    kemKey: asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES)),
    atMs: reader.u64(),
    notAfterMs: reader.u64(),
  };
  reader.end();
  return request;
}

interface OfOpening extends Between {
  /** The whole statement that it belongs to. */
  readonly opening: Uint8Array;
}

export const sealRelease = (
  share: Uint8Array,
  of: OfOpening,
  keys: { readonly sender: SignKeys; readonly recipient: KemPublicKey },
): Uint8Array => sealTo({ purpose: "share-release", context: openingContextOf(of), ...keys }, share);

/** @throws crypto.context, crypto.signature, crypto.commitment, crypto.open */
export const openRelease = (
  bytes: Uint8Array,
  of: OfOpening,
  keys: { readonly sender: SignPublicKey; readonly recipient: KemKeys },
): Uint8Array => openSealedTo({ purpose: "share-release", context: openingContextOf(of), ...keys }, bytes);

export const sealReason = (
  reason: Uint8Array,
  of: OfOpening,
  keys: { readonly sender: SignKeys; readonly recipient: KemPublicKey },
): Uint8Array => sealTo({ purpose: "opening-reason", context: openingContextOf(of), ...keys }, reason);

export const openReason = (
  bytes: Uint8Array,
  of: OfOpening,
  keys: { readonly sender: SignPublicKey; readonly recipient: KemKeys },
): Uint8Array => openSealedTo({ purpose: "opening-reason", context: openingContextOf(of), ...keys }, bytes);

const openingContextOf = ({ opening, from, to }: OfOpening): Uint8Array =>
  concat(sha256(opening), betweenOf({ from, to }));
