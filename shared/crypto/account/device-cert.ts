import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { boundId } from "../encoding/place.ts";
import { sha256, sortedHashesOf } from "../primitives/hash.ts";
import { asKemPublicKey, KEM_PUBLIC_KEY_BYTES, type KemPublicKey } from "../primitives/kem.ts";
import { asSignPublicKey, type SignPublicKey, type SignSecretKey } from "../primitives/sign.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";

/**
 * OCDC: the user's root key vouches for a device.
 *
 *   "OCDC" suite 1 tid 16 uid 16 deviceId 16 edPub 32 kemPub 1216 createdAt 8 seq 8 notAfter 8 | signature 64
 *
 * Times in milliseconds since 1970. `seq` grows when a device is certified again.
 */
export interface DeviceCert {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly deviceId: Id<"device">;
  readonly signKey: SignPublicKey;
  readonly kemKey: KemPublicKey;
  readonly createdAtMs: number;
  readonly seq: number;
  readonly notAfterMs: number;
}

const CLOCK_SKEW_MS = 5 * 60_000;

export function signDeviceCert(cert: DeviceCert, rootKey: SignSecretKey): Uint8Array {
  const ids = [boundId("tenant", cert.tid), boundId("user", cert.uid), boundId("device", cert.deviceId)];
  const times = [u64(cert.createdAtMs), u64(cert.seq), u64(cert.notAfterMs)];
  const body = concat(writeHeader("OCDC"), ...ids, cert.signKey, cert.kemKey, ...times);
  return signStatement("device-cert", body, rootKey);
}

export interface DeviceExpectation {
  readonly rootKey: SignPublicKey;
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly nowMs: number;
  readonly deviceId?: Id<"device">;
  readonly seqMin?: number;
}

/** @throws crypto.signature, crypto.context, crypto.expired, crypto.rollback */
export function openDeviceCert(bytes: Uint8Array, expected: DeviceExpectation): DeviceCert {
  const reader = openStatement("device-cert", "OCDC", bytes, expected.rootKey);
  const cert: DeviceCert = {
    tid: idFromBytes("tenant", reader.take(16)),
    uid: idFromBytes("user", reader.take(16)),
    deviceId: idFromBytes("device", reader.take(16)),
    signKey: asSignPublicKey(reader.take(32)),
    kemKey: asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES)),
    createdAtMs: reader.u64(),
    seq: reader.u64(),
    notAfterMs: reader.u64(),
  };
  reader.end();
  const mine = cert.tid === expected.tid && cert.uid === expected.uid;
  demand(mine && cert.deviceId === (expected.deviceId ?? cert.deviceId), "crypto.context");
  const inTime = cert.createdAtMs <= expected.nowMs + CLOCK_SKEW_MS && expected.nowMs <= cert.notAfterMs;
  demand(inTime, "crypto.expired");
  demand(cert.seq >= (expected.seqMin ?? 0), "crypto.rollback");
  return cert;
}

/** H of the certificates' hashes in ascending order: what a bundle says its devices are. */
export function deviceListHashOf(certs: readonly Uint8Array[]): Uint8Array {
  return sha256(writeHeader("OCDL"), ...sortedHashesOf(certs));
}
