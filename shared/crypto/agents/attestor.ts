import type { Id } from "../../ids.ts";
import { concat, equalConstantTime } from "../encoding/bytes.ts";
import { CryptoError, demand } from "../encoding/errors.ts";
import { boundId } from "../encoding/place.ts";
import { sha256 } from "../primitives/hash.ts";
import type { KemPublicKey } from "../primitives/kem.ts";
import { asSignPublicKey, type SignPublicKey } from "../primitives/sign.ts";
import { type LaunchKey, openLaunch } from "./launch.ts";

/**
 * Who vouches that a container runs what it should, before anything is unlocked for it (PROTOCOL 3.6).
 *
 *   launch (tier A)  a signed statement by the state machine: accountable afterwards, prevents nothing by itself
 *   nitro  (tier B)  a document by the processor's maker about the measured code: preventive
 *
 * Both end in the same thing: boot keys that may be sealed to.
 */
export interface Attestor {
  readonly tier: "launch" | "nitro";
  /** @throws CryptoError unless the proof holds for exactly what was expected. */
  verify(proof: Uint8Array, boot: BootClaim, expected: LaunchExpectation): Promise<BootKeys>;
}

/** The keys a container offers through the relay; nothing until a proof covers them. */
export interface BootClaim {
  readonly signKey: SignPublicKey;
  readonly kemKey: KemPublicKey;
}

export interface BootKeys extends BootClaim {
  readonly tier: Attestor["tier"];
  /** H of the proof: the unlock message is bound to it. */
  readonly proofHash: Uint8Array;
}

export interface LaunchExpectation {
  readonly agentId: Id<"agent">;
  /** Chosen by whoever asked for this start; 32 bytes. Where the asker chose none, the generation says that it is fresh. */
  readonly nonce?: Uint8Array;
  /** Of the image that was accepted before. */
  readonly imageDigest: Uint8Array;
  readonly nowMs: number;
  readonly taskId?: Id<"task">;
  readonly generationMin?: number;
  readonly taskDefinitionHash?: Uint8Array;
}

/** Tier A. @param launchKey the platform's KMS key, pinned in the client at build or first use. */
export function launchAttestor(launchKey: LaunchKey): Attestor {
  return {
    tier: "launch",
    async verify(proof, boot, expected) {
      const launch = openLaunch(proof, launchKey);
      const mine = launch.agentId === expected.agentId && launch.taskId === (expected.taskId ?? launch.taskId);
      demand(mine, "crypto.context");
      demand(equalConstantTime(launch.nonce, expected.nonce ?? launch.nonce), "crypto.attestation");
      demand(equalConstantTime(launch.imageDigest, expected.imageDigest), "crypto.image");
      const definition = expected.taskDefinitionHash ?? launch.taskDefinitionHash;
      demand(equalConstantTime(launch.taskDefinitionHash, definition), "crypto.attestation");
      demand(launch.generation >= (expected.generationMin ?? 0), "crypto.rollback");
      demand(equalConstantTime(launch.bootSignKey, boot.signKey), "crypto.attestation");
      demand(equalConstantTime(launch.bootKemKeyHash, sha256(boot.kemKey)), "crypto.attestation");
      return { ...boot, signKey: asSignPublicKey(boot.signKey), tier: "launch", proofHash: sha256(proof) };
    },
  };
}

/** What an attestation document says, once its signature and certificate chain were followed to the root it names. */
export interface NitroClaims {
  /** SHA-256 of the certificate at the top of the chain. */
  readonly rootHash: Uint8Array;
  /** The narrowest validity of all certificates in the chain. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly issuedAtMs: number;
  readonly nonce: Uint8Array;
  readonly userData: Uint8Array;
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
}

/** Parses a document and checks its signatures; throws if one fails. COSE and X.509 live behind this, not here. */
export type ReadNitroDocument = (document: Uint8Array) => Promise<NitroClaims>;

export interface NitroPolicy {
  readonly rootHash: Uint8Array;
  /** From the published release: which code may be trusted. At least one. */
  readonly pcrs: ReadonlyMap<number, Uint8Array>;
}

const DOCUMENT_AGE_MS = 5 * 60_000;

/** Tier B. userData must be H(agentId 16 ‖ bootEdPub 32 ‖ H(boot X-Wing pub) 32). */
export function nitroAttestor(readDocument: ReadNitroDocument, policy: NitroPolicy): Attestor {
  return {
    tier: "nitro",
    async verify(proof, boot, expected) {
      const claims = await claimsOf(proof, readDocument);
      demand(equalConstantTime(claims.rootHash, policy.rootHash), "crypto.attestation");
      const { nowMs } = expected;
      demand(claims.notBeforeMs <= nowMs && nowMs <= claims.notAfterMs, "crypto.expired");
      demand(Math.abs(nowMs - claims.issuedAtMs) <= DOCUMENT_AGE_MS, "crypto.expired");
      const { nonce } = expected;
      demand(nonce !== undefined && equalConstantTime(claims.nonce, nonce), "crypto.attestation"); // a document can be replayed
      demand(isMeasured(claims.pcrs, policy.pcrs), "crypto.attestation");
      demand(equalConstantTime(claims.userData, bootUserData(expected.agentId, boot)), "crypto.attestation");
      return { ...boot, signKey: asSignPublicKey(boot.signKey), tier: "nitro", proofHash: sha256(proof) };
    },
  };
}

async function claimsOf(document: Uint8Array, readDocument: ReadNitroDocument): Promise<NitroClaims> {
  try {
    return await readDocument(document);
  } catch (cause) {
    throw new CryptoError("crypto.attestation", { cause });
  }
}

export function bootUserData(agentId: Id<"agent">, boot: BootClaim): Uint8Array {
  return sha256(concat(boundId("agent", agentId), boot.signKey, sha256(boot.kemKey)));
}

const isMeasured = (found: NitroClaims["pcrs"], wanted: NitroPolicy["pcrs"]): boolean =>
  wanted.size > 0 && [...wanted].every(([pcr, value]) => equalConstantTime(found.get(pcr) ?? new Uint8Array(0), value));
