import * as z from "zod";
import type { SavedState } from "#shared/contracts/agents.ts";
import { openDeviceCert } from "#shared/crypto/account/device-cert.ts";
import type { AgentPlace } from "#shared/crypto/agents/agent-identity.ts";
import type { BootKeys } from "#shared/crypto/agents/attestor.ts";
import { openUnlock, sealUnlock, type Unlock } from "#shared/crypto/agents/unlock.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { utf8 } from "#shared/crypto/encoding/bytes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import type { KemKeys } from "#shared/crypto/primitives/kem.ts";
import { asSignPublicKey, type SignKeys } from "#shared/crypto/primitives/sign.ts";
import { ModelChoice } from "./model-choice.ts";

/**
 * How a locked task becomes the agent. A device sends it one relay frame of kind "unlock": what is outside `sealed` is
 * public and proves who asks, what is inside makes the agent whole. The task answers with one frame of the same kind.
 */
const Bytes = z.string().max(16_384);
const UnlockFrame = z.object({ v: z.literal(1), proof: Bytes, rootPub: Bytes, deviceCert: Bytes, sealed: Bytes });
export const UnlockReply = z.discriminatedUnion("unlocked", [
  z.object({ v: z.literal(1), unlocked: z.literal(true) }),
  z.object({ v: z.literal(1), unlocked: z.literal(false), reason: z.enum(["refused", "state", "busy"]) }),
]);
export type UnlockReply = z.infer<typeof UnlockReply>;

/** Inside the seal, beside the agent's secret and the state key. */
const UnlockConfig = z.object({
  agentCert: Bytes,
  userKemPub: Bytes,
  userSignPub: Bytes,
  model: ModelChoice,
  revocations: Bytes.optional(),
});
type UnlockConfig = z.infer<typeof UnlockConfig>;

export interface UnlockRequest {
  readonly place: AgentPlace;
  readonly boot: BootKeys;
  readonly proof: Uint8Array;
  readonly rootPub: Uint8Array;
  readonly deviceCert: Uint8Array;
  readonly device: SignKeys;
  readonly secrets: Omit<Unlock, "config">;
  readonly config: UnlockConfig;
}

/** The text of the frame, for the relay's `b64` field. */
export function writeUnlockFrame(request: UnlockRequest): Uint8Array {
  const { place, boot, device, secrets, config } = request;
  const sealed = sealUnlock({ ...secrets, config: utf8(JSON.stringify(config)) }, place, boot, device);
  const frame: z.input<typeof UnlockFrame> = {
    v: 1,
    proof: encodeBase64url(request.proof),
    rootPub: encodeBase64url(request.rootPub),
    deviceCert: encodeBase64url(request.deviceCert),
    sealed: encodeBase64url(sealed),
  };
  return utf8(JSON.stringify(frame));
}

export interface BootedTask {
  readonly place: AgentPlace;
  readonly bootSignPub: Uint8Array;
  readonly bootKem: KemKeys;
  readonly nowMs: number;
}

/** What the task learns: the root it will obey from now on, the agent's secrets, and its configuration. */
export interface OpenedUnlock extends Omit<Unlock, "config"> {
  readonly config: UnlockConfig;
  readonly rootPub: Uint8Array;
}

/** @throws CryptoError or ZodError unless the frame was made by a device of its root, for this agent and these boot keys. */
export function openUnlockFrame(bytes: Uint8Array, { place, bootSignPub, bootKem, nowMs }: BootedTask): OpenedUnlock {
  const frame = UnlockFrame.parse(JSON.parse(new TextDecoder().decode(bytes)));
  const rootKey = asSignPublicKey(decodeBase64url(frame.rootPub));
  const { signKey } = openDeviceCert(decodeBase64url(frame.deviceCert), { ...place, rootKey, nowMs });
  const boot = { signKey: asSignPublicKey(bootSignPub), proofHash: sha256(decodeBase64url(frame.proof)) };
  const { config, ...secrets } = openUnlock(decodeBase64url(frame.sealed), place, { boot, bootKem, device: signKey });
  return { ...secrets, config: UnlockConfig.parse(JSON.parse(new TextDecoder().decode(config))), rootPub: rootKey };
}

/** The state a client expects the task to restore, from what the platform lists; the key is opened apart. */
export const expectedState = (saved: SavedState | null): { stateSeq: number; stateHash: Uint8Array } =>
  saved
    ? { stateSeq: saved.seq, stateHash: decodeBase64url(saved.hash) }
    : { stateSeq: 0, stateHash: new Uint8Array(32) };
