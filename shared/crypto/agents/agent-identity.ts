import type { Id } from "../../ids.ts";
import type { Identity } from "../account/identity.ts";
import { concat } from "../encoding/bytes.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { deriveKey } from "../primitives/kdf.ts";
import { deriveKemKeys } from "../primitives/kem.ts";
import { makeKey } from "../primitives/random.ts";
import { deriveSignKeys } from "../primitives/sign.ts";

/**
 * The agent identity secret (AIS, 32 random bytes, made in the browser) and the agent's keys, derived from it:
 *
 *   edSeed  = HKDF(AIS, "ocmt/v1/agent-sign\0" ‖ tid 16 ‖ uid 16 ‖ agentId 16)      kemSeed likewise under "agent-kem"
 *
 * So 32 bytes in the unlock message make the agent whole again, on whatever machine it wakes.
 */
export interface AgentPlace {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly agentId: Id<"agent">;
}

export const makeAgentSecret = (): Key => makeKey();

export function deriveAgentIdentity(ais: Key, place: AgentPlace): Identity {
  const context = concat(boundId("tenant", place.tid), boundId("user", place.uid), boundId("agent", place.agentId));
  const ikm = asKey(ais);
  return {
    sign: deriveSignKeys(deriveKey({ purpose: "agent-sign", ikm, context })),
    kem: deriveKemKeys(deriveKey({ purpose: "agent-kem", ikm, context })),
  };
}
