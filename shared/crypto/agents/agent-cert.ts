import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { writeHeader } from "../encoding/header.ts";
import { checked } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { asKemPublicKey, KEM_PUBLIC_KEY_BYTES, type KemPublicKey } from "../primitives/kem.ts";
import { asSignPublicKey, type SignPublicKey, type SignSecretKey } from "../primitives/sign.ts";
import { openStatement, signStatement } from "../sealing/statement.ts";

/**
 * OCAC: the user's root key vouches for an agent, and says which image and policy it may run.
 *
 *   "OCAC" suite 1 agentId 16 tid 16 uid 16 edPub 32 kemPub 1216 imageDigest 32 policyHash 32 seq 8 notAfter 8 | signature 64
 */
export interface AgentCert {
  readonly agentId: Id<"agent">;
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly signKey: SignPublicKey;
  readonly kemKey: KemPublicKey;
  readonly imageDigest: Uint8Array;
  readonly policyHash: Uint8Array;
  readonly seq: number;
  readonly notAfterMs: number;
}

export function signAgentCert(cert: AgentCert, rootKey: SignSecretKey): Uint8Array {
  const ids = [boundId("agent", cert.agentId), boundId("tenant", cert.tid), boundId("user", cert.uid)];
  const runs = [checked(cert.imageDigest, 32), checked(cert.policyHash, 32)];
  const body = concat(
    writeHeader("OCAC"),
    ...ids,
    cert.signKey,
    cert.kemKey,
    ...runs,
    u64(cert.seq),
    u64(cert.notAfterMs),
  );
  return signStatement("agent-cert", body, rootKey);
}

export interface AgentExpectation {
  readonly rootKey: SignPublicKey;
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly agentId: Id<"agent">;
  readonly nowMs: number;
  readonly seqMin?: number;
  readonly imageDigest?: Uint8Array;
  readonly policyHash?: Uint8Array;
}

/** @throws crypto.signature, crypto.context, crypto.expired, crypto.rollback */
export function openAgentCert(bytes: Uint8Array, expected: AgentExpectation): AgentCert {
  const reader = openStatement("agent-cert", "OCAC", bytes, expected.rootKey);
  const cert: AgentCert = {
    agentId: idFromBytes("agent", reader.take(16)),
    tid: idFromBytes("tenant", reader.take(16)),
    uid: idFromBytes("user", reader.take(16)),
    signKey: asSignPublicKey(reader.take(32)),
    kemKey: asKemPublicKey(reader.take(KEM_PUBLIC_KEY_BYTES)),
    imageDigest: reader.take(32),
    policyHash: reader.take(32),
    seq: reader.u64(),
    notAfterMs: reader.u64(),
  };
  reader.end();
  const mine = cert.tid === expected.tid && cert.uid === expected.uid && cert.agentId === expected.agentId;
  const image = equalConstantTime(cert.imageDigest, expected.imageDigest ?? cert.imageDigest);
  const policy = equalConstantTime(cert.policyHash, expected.policyHash ?? cert.policyHash);
  demand(mine && image && policy, "crypto.context");
  demand(expected.nowMs <= cert.notAfterMs, "crypto.expired");
  demand(cert.seq >= (expected.seqMin ?? 0), "crypto.rollback");
  return cert;
}
