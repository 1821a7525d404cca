import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, u16, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { boundId } from "../encoding/place.ts";
import { compareBytes } from "../primitives/hash.ts";
import type { SignPublicKey, SignSecretKey } from "../primitives/sign.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";

/**
 * OCDR: the user's root key takes back the certificates of devices, for good.
 *
 *   "OCDR" suite 1 tid 16 uid 16 seq 8 count 2 | deviceId 16 × count, ascending | signature 64
 *
 * seq grows by one with each, and each names every device of the one before it: who knows one is not shown an older. A new root begins
 * anew, since it has certified none of them.
 */
export interface Revocations {
  readonly seq: number;
  readonly devices: ReadonlySet<Id<"device">>;
}

interface Place {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
}

export const NO_REVOCATIONS: Revocations = { seq: 0, devices: new Set() };

export function signRevocations(
  { tid, uid }: Place,
  { seq, devices }: Revocations,
  rootKey: SignSecretKey,
): Uint8Array {
  const ids = [...devices].map((id) => boundId("device", id)).toSorted(compareBytes);
  const place = [boundId("tenant", tid), boundId("user", uid), u64(seq), u16(ids.length)];
  return signStatement("device-revocations", concat(writeHeader("OCDR"), ...place, ...ids), rootKey);
}

/** @throws crypto.signature, crypto.context, crypto.format */
export function openRevocations(bytes: Uint8Array, expected: Place & { readonly rootKey: SignPublicKey }): Revocations {
  const reader = openStatement("device-revocations", "OCDR", bytes, expected.rootKey);
  const tid = idFromBytes("tenant", reader.take(16));
  const uid = idFromBytes("user", reader.take(16));
  demand(tid === expected.tid && uid === expected.uid, "crypto.context");
  const seq = reader.u64();
  const count = reader.u16();
  const ids = Array.from({ length: count }, () => reader.take(16));
  reader.end();
  const isAscending = ids.slice(1).every((id, i) => compareBytes(ids[i] as Uint8Array, id) < 0); // the one before it
  demand(seq > 0 && isAscending, "crypto.format");
  return { seq, devices: new Set(ids.map((id) => idFromBytes("device", id))) };
}

/** That nothing is taken back of what was taken back. @throws crypto.rollback */
export function demandNoFewer(next: Revocations, before: Revocations): void {
  const isOnward = next.seq >= before.seq && [...before.devices].every((id) => next.devices.has(id));
  const isSame = next.seq !== before.seq || next.devices.size === before.devices.size;
  demand(isOnward && isSame, "crypto.rollback");
}
