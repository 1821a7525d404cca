import { p256 } from "@noble/curves/nist.js";
import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, u64 } from "../encoding/bytes.ts";
import { CryptoError, demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { checked } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { readerOf } from "../encoding/reader.ts";
import { sha256 } from "../primitives/hash.ts";
import { asSignPublicKey, type SignPublicKey } from "../primitives/sign.ts";

/**
 * OCLS: what the provisioning state machine says about one task it started.
 *
 *   "OCLS" suite 1 taskId 16 agentId 16 generation 8 imageDigest 32 taskDefinitionHash 32 bootEdPub 32
 *   H(boot X-Wing pub) 32 nonce 32                                                    ← 205 bytes
 *   | signature 64: ECDSA P-256 with SHA-256 (ES256), r ‖ s, over "ocmt/v1/launch\0" ‖ H(body)
 *
 * Signed by a KMS key (ECC_NIST_P256) which only that state machine may use. KMS answers in DER; the signer turns it into
 * r ‖ s with `rawSignatureOf`.
 */
export interface Launch {
  readonly taskId: Id<"task">;
  readonly agentId: Id<"agent">;
  /** The agent's launch counter: grows with every start. */
  readonly generation: number;
  readonly imageDigest: Uint8Array;
  readonly taskDefinitionHash: Uint8Array;
  readonly bootSignKey: SignPublicKey;
  readonly bootKemKeyHash: Uint8Array;
  readonly nonce: Uint8Array;
}

/** An uncompressed point on P-256: 0x04 ‖ x ‖ y. */
export type LaunchKey = Uint8Array & { readonly __brand: "LaunchKey" };

export function writeLaunch(launch: Launch): Uint8Array {
  const ids = concat(boundId("task", launch.taskId), boundId("agent", launch.agentId), u64(launch.generation));
  const runs = [checked(launch.imageDigest, 32), checked(launch.taskDefinitionHash, 32)];
  const boot = [checked(launch.bootSignKey, 32), checked(launch.bootKemKeyHash, 32), checked(launch.nonce, 32)];
  return concat(writeHeader("OCLS"), ids, ...runs, ...boot);
}

/** The bytes which KMS is asked to sign, as MessageType RAW with ECDSA_SHA_256. */
export const launchMessage = (body: Uint8Array): Uint8Array => concat(labelOf("launch"), sha256(body));

/** @throws crypto.suite, crypto.format, crypto.signature */
export function openLaunch(bytes: Uint8Array, launchKey: LaunchKey): Launch {
  readHeader(readerOf(bytes), "OCLS");
  demand(bytes.length === LAUNCH_BYTES + 64, "crypto.format");
  const body = bytes.subarray(0, LAUNCH_BYTES);
  demand(isLaunchSigned(body, bytes.subarray(LAUNCH_BYTES), launchKey), "crypto.signature");
  const reader = readerOf(body);
  readHeader(reader, "OCLS");
  const launch: Launch = {
    taskId: idFromBytes("task", reader.take(16)),
    agentId: idFromBytes("agent", reader.take(16)),
    generation: reader.u64(),
    imageDigest: reader.take(32),
    taskDefinitionHash: reader.take(32),
    bootSignKey: asSignPublicKey(reader.take(32)),
    bootKemKeyHash: reader.take(32),
    nonce: reader.take(32),
  };
  reader.end();
  return launch;
}

const LAUNCH_BYTES = 5 + 16 + 16 + 8 + 32 * 5;

/** Noble answers false to a signature that is none. KMS gives either s. */
const isLaunchSigned = (body: Uint8Array, signature: Uint8Array, launchKey: LaunchKey): boolean =>
  p256.verify(signature, launchMessage(body), launchKey, { lowS: false, format: "compact" });

/** SubjectPublicKeyInfo for an uncompressed P-256 point is always these 26 bytes and the point (RFC 5480). */
const SPKI = Uint8Array.of(
  0x30,
  0x59,
  0x30,
  0x13,
  6,
  7,
  0x2a,
  0x86,
  0x48,
  0xce,
  0x3d,
  2,
  1,
  6,
  8,
  0x2a,
  0x86,
  0x48,
  0xce,
);
const SPKI_PREFIX = concat(SPKI, Uint8Array.of(0x3d, 3, 1, 7, 3, 0x42, 0));

/** From KMS GetPublicKey (SPKI DER), or the point itself. @throws crypto.key */
export function asLaunchKey(bytes: Uint8Array): LaunchKey {
  const isSpki = bytes.length === 91 && equalConstantTime(bytes.subarray(0, 26), SPKI_PREFIX);
  const point = isSpki ? bytes.subarray(26) : bytes;
  demand(point.length === 65 && point[0] === 4, "crypto.key");
  try {
    p256.Point.fromBytes(point).assertValidity();
  } catch {
    throw new CryptoError("crypto.key");
  }
  return point as LaunchKey;
}

/** DER as KMS writes it → r ‖ s. @throws crypto.format */
export function rawSignatureOf(der: Uint8Array): Uint8Array {
  try {
    return p256.Signature.fromBytes(der, "der").toBytes("compact");
  } catch {
    throw new CryptoError("crypto.format");
  }
}
