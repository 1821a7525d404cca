import { type Id, idFromBytes } from "../../ids.ts";
import { concat, u8 } from "../encoding/bytes.ts";
import { CryptoError, demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveBytes } from "../primitives/kdf.ts";
import type { SignPublicKey, SignSecretKey } from "../primitives/sign.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";

/**
 * OCS1: one share of a key of 32 bytes that was split among several people (Shamir over GF(2^8), byte by byte).
 *
 *   "OCS1" suite 1 purpose 1 setId 16 t 1 n 1 commit 32 ownerFp 32 | x 1 y 32 | signature 64        185 bytes
 *   commit = HKDF(key, "ocmt/v1/share-commit\0" ‖ purpose 1 ‖ setId 16 ‖ t 1 ‖ n 1 ‖ ownerFp 32)
 *
 *   purpose  01 recovery (of an account, by its contacts)   02 vault (a tenant's, by its administrators)
 *   t of n   shares are enough; 2 ≤ t ≤ n ≤ 16
 *   x        1 to 255. At x = 0 lies the key itself: a share that claims it would choose what comes out.
 *   ownerFp  32 bytes that say whose key it is; the caller's. The signer is the one who split it.
 *
 * What stands before x is the set: the same in all its shares, and what the comparison code speaks of (compare-code.ts).
 */
const PURPOSES = { recovery: 1, vault: 2 } as const;
const COUNT_MAX = 16; // all subsets of 16 are still tried in a moment

type SharePurpose = keyof typeof PURPOSES;

export interface ShareSet {
  readonly purpose: SharePurpose;
  readonly setId: Id<"shareSet">;
  readonly threshold: number;
  readonly count: number;
  readonly commit: Uint8Array;
  readonly ownerFingerprint: Uint8Array;
}

export interface Share {
  readonly set: ShareSet;
  readonly x: number;
  readonly y: Uint8Array;
}

/** @throws crypto.share for a set that is none, and for x = 0. */
export function signShare({ set, x, y }: Share, secretKey: SignSecretKey): Uint8Array {
  checkPoint(x);
  return signStatement("key-share", concat(writeHeader("OCS1"), writeShareSet(set), u8(x), checked(y, 32)), secretKey);
}

/** @throws crypto.signature, crypto.share, crypto.format, crypto.suite */
export function openShare(bytes: Uint8Array, signer: SignPublicKey): Share {
  const reader = openStatement("key-share", "OCS1", bytes, signer);
  const set: ShareSet = {
    purpose: purposeOf(reader.u8()),
    setId: idFromBytes("shareSet", reader.take(16)),
    threshold: reader.u8(),
    count: reader.u8(),
    commit: reader.take(32),
    ownerFingerprint: reader.take(32),
  };
  checkShareSet(set);
  const share = { set, x: reader.u8(), y: reader.take(32) };
  reader.end();
  checkPoint(share.x);
  return share;
}

/** The set as it stands in each of its shares. */
export function writeShareSet(set: ShareSet): Uint8Array {
  checkShareSet(set);
  const { purpose, setId, threshold, count, commit, ownerFingerprint } = set;
  const place = concat(u8(PURPOSES[purpose]), boundId("shareSet", setId), u8(threshold), u8(count));
  return concat(place, checked(commit, 32), checked(ownerFingerprint, 32));
}

/** What proves that a key is the one that was split, and tells nothing of it. */
export function shareCommitOf(key: Key, set: Omit<ShareSet, "commit">): Uint8Array {
  checkShareSet(set);
  const { purpose, setId, threshold, count, ownerFingerprint } = set;
  const place = concat(u8(PURPOSES[purpose]), boundId("shareSet", setId), u8(threshold), u8(count));
  const context = concat(place, checked(ownerFingerprint, 32));
  return deriveBytes({ purpose: "share-commit", ikm: key, context }, 32);
}

function checkShareSet({ threshold, count }: Pick<ShareSet, "threshold" | "count">): void {
  const isWhole = Number.isInteger(threshold) && Number.isInteger(count);
  demand(isWhole && threshold >= 2 && threshold <= count && count <= COUNT_MAX, "crypto.share");
}

const checkPoint = (x: number): void => demand(Number.isInteger(x) && x >= 1 && x <= 255, "crypto.share");

function purposeOf(byte: number): SharePurpose {
  for (const [purpose, code] of Object.entries(PURPOSES)) if (code === byte) return purpose as SharePurpose; // a key of PURPOSES
  throw new CryptoError("crypto.share");
}
