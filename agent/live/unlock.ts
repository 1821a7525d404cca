import type { ModelChoice } from "#shared/client/model-choice.ts";
import { type BootedTask, openUnlockFrame } from "#shared/client/unlock.ts";
import type { Assignment } from "#shared/contracts/tasks.ts";
import type { Identity } from "#shared/crypto/account/identity.ts";
import { openAgentCert } from "#shared/crypto/agents/agent-cert.ts";
import { deriveAgentIdentity } from "#shared/crypto/agents/agent-identity.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime, erase } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import { deriveKey } from "#shared/crypto/primitives/kdf.ts";
import { asKemPublicKey, type KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { asSignPublicKey, type SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import type { StateBase } from "../state/journal-read.ts";

/** What a task is after its unlock: the agent, of this owner, with this state to go on from. All of it lives in memory only. */
export interface Unlocked {
  readonly place: BootedTask["place"];
  readonly rootKey: SignPublicKey;
  readonly identity: Identity;
  readonly agentCert: Uint8Array;
  readonly imageDigest: Uint8Array;
  readonly userKem: KemPublicKey;
  /** By which the owner signs what they lend. */
  readonly userKey: SignPublicKey;
  readonly model: ModelChoice;
  readonly outboxKey: Key;
  readonly base: StateBase;
  /** Which of the owner's devices were taken back, as the device that unlocked this task knew. */
  readonly revocations?: string | undefined;
}

const placeOf = ({ tenantId, userId, agentId }: Assignment): BootedTask["place"] => ({
  ...{ tid: tenantId, uid: userId, agentId },
});

/**
 * Opens an unlock frame and checks that what is in it belongs together: the certificate is of these keys, this agent and this
 * launch, signed by the root that from now on is the owner.
 * @throws CryptoError, ZodError
 */
export function openUnlock(bytes: Uint8Array, assignment: Assignment, boot: Identity, nowMs: number): Unlocked {
  const place = placeOf(assignment);
  const task = { place, bootSignPub: boot.sign.publicKey, bootKem: boot.kem, nowMs };
  const { ais, stateKey, stateSeq, stateHash, rootPub, config } = openUnlockFrame(bytes, task);
  const identity = deriveAgentIdentity(ais, place);
  const rootKey = asSignPublicKey(rootPub);
  const agentCert = decodeBase64url(config.agentCert);
  const cert = openAgentCert(agentCert, { rootKey, ...place, nowMs });
  const isOurs =
    equalConstantTime(cert.signKey, identity.sign.publicKey) && equalConstantTime(cert.kemKey, identity.kem.publicKey);
  demand(isOurs && cert.seq === assignment.generation, "crypto.context");
  const outboxKey = deriveKey({ purpose: "outbox", ikm: ais });
  erase(ais);
  return {
    ...{ place, rootKey, identity, agentCert, outboxKey, imageDigest: cert.imageDigest, model: config.model },
    revocations: config.revocations,
    userKem: asKemPublicKey(decodeBase64url(config.userKemPub)),
    userKey: asSignPublicKey(decodeBase64url(config.userSignPub)),
    base: { tid: place.tid, agentId: place.agentId, stateSeq, stateHash, stateKey },
  };
}
