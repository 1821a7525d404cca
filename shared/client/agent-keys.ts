import * as z from "zod";
import type { Agent, Envelope, Launch, SavedState } from "#shared/contracts/agents.ts";
import type { Identity } from "#shared/crypto/account/identity.ts";
import { type AgentCert, signAgentCert } from "#shared/crypto/agents/agent-cert.ts";
import { deriveAgentIdentity, makeAgentSecret } from "#shared/crypto/agents/agent-identity.ts";
import { type BootKeys, launchAttestor } from "#shared/crypto/agents/attestor.ts";
import { asLaunchKey, openLaunch } from "#shared/crypto/agents/launch.ts";
import { openStateKey } from "#shared/crypto/agents/state-key.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat, utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { asKey, type Key } from "#shared/crypto/encoding/key.ts";
import { asKemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { openForSelf, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";
import { type Id, timeOf } from "#shared/ids.ts";
import { AgentGrants, NO_GRANTS } from "./agent-items/grants.ts";
import type { Account } from "./keyring.ts";
import { ModelChoice } from "./model-choice.ts";
import { ownerOf, withEachIdentity } from "./rotation/carried.ts";
import { signed } from "./signed-write.ts";
import { expectedState, writeUnlockFrame } from "./unlock.ts";

/**
 * What makes an agent its owner's: the secret its keys are derived from, the key of its state before the first save, whose model it
 * asks, and what of the vault it may use. Sealed by the root to itself; the platform keeps the bytes.
 */
export interface AgentSecrets {
  readonly ais: Key;
  readonly firstStateKey: Key;
  readonly model: ModelChoice;
  readonly grants: AgentGrants;
  /** After a change of all keys: the key of the last state that was sealed to the identity before it. */
  readonly heldState?: HeldState | undefined;
  /** After a change of all keys: a task of this generation or an earlier one may obey the root before it, and has to end. */
  readonly endUpTo?: number | undefined;
}

const HeldState = z.object({ seq: z.int().positive(), hash: z.string(), key: z.string() });
type HeldState = z.infer<typeof HeldState>;

const Stored = z.object({
  ais: z.string(),
  firstStateKey: z.string(),
  model: ModelChoice,
  grants: AgentGrants.default(NO_GRANTS),
  heldState: HeldState.optional(),
  endUpTo: z.int().nonnegative().optional(),
});
const PAD = 1_024; // how many items are granted is not to be read off the size

export const makeAgentSecrets = (model: ModelChoice): AgentSecrets => ({
  ais: makeAgentSecret(),
  firstStateKey: asKey(makeBytes(32)),
  model,
  grants: NO_GRANTS,
});

/** As the platform takes it: by the word of the root that sealed it. */
export const signedEnvelope = (account: Account, agentId: Id<"agent">, envelope: Envelope) =>
  signed(account, { what: "agent.envelope", seq: envelope.version }, { agentId, ...envelope });

export function sealEnvelope(account: Account, agentId: Id<"agent">, version: number, secrets: AgentSecrets): Envelope {
  const { ais, firstStateKey, ...rest } = secrets;
  const stored = { ais: encodeBase64url(ais), firstStateKey: encodeBase64url(firstStateKey), ...rest };
  const text = utf8(JSON.stringify(stored));
  const padding = new Uint8Array((PAD - (text.length % PAD)) % PAD).fill(0x20); // spaces, which JSON may end with
  const blob = sealForSelf(account.root, placeOf(agentId, version), concat(text, padding));
  return { blob: encodeBase64url(blob), version };
}

export function openEnvelope(account: Account, agentId: Id<"agent">, { blob, version }: Envelope): AgentSecrets {
  const bytes = decodeBase64url(blob);
  const text = utf8Decode(openForSelf(ownerOf(account, bytes), placeOf(agentId, version), bytes));
  const { ais, firstStateKey, ...rest } = Stored.parse(JSON.parse(text));
  return { ais: asKey(decodeBase64url(ais)), firstStateKey: asKey(decodeBase64url(firstStateKey)), ...rest };
}

const placeOf = (agentId: Id<"agent">, version: number) => ({ name: `agent/${agentId}`, version });

export const agentIdentity = (account: Account, agentId: Id<"agent">, { ais }: Pick<AgentSecrets, "ais">): Identity =>
  deriveAgentIdentity(ais, { ...account, agentId });

/** A launch that was checked: its proof, and the boot keys that may be sealed to. */
export interface CheckedLaunch {
  readonly taskId: Id<"task">;
  readonly generation: number;
  readonly proof: Uint8Array;
  readonly boot: BootKeys;
  readonly imageDigest: Uint8Array;
}

export interface LaunchPin {
  readonly launchKey: string; // the platform's launch key as first seen, base64url
  readonly generation: number; // the highest generation this client has unlocked
  readonly imageDigest?: string | undefined; // the image it has unlocked last, base64url
}

/**
 * Checks that the launch key vouches for this task of this agent, with these boot keys, and that it runs the image this device
 * has accepted. On first use the key and the image are taken as they are.
 * @throws crypto.signature, crypto.attestation, crypto.image, crypto.rollback, crypto.context
 */
export async function checkLaunch(
  agentId: Id<"agent">,
  launch: Launch,
  { nowMs, pin }: { readonly nowMs: number; readonly pin?: LaunchPin },
): Promise<CheckedLaunch> {
  const proof = concat(decodeBase64url(launch.statement), decodeBase64url(launch.signature));
  const launchKey = asLaunchKey(decodeBase64url(pin?.launchKey ?? launch.launchKey));
  const stated = openLaunch(proof, launchKey);
  const claim = {
    signKey: asSignPublicKey(decodeBase64url(launch.bootSignPub)),
    kemKey: asKemPublicKey(decodeBase64url(launch.bootKemPub)),
  };
  const boot = await launchAttestor(launchKey).verify(proof, claim, {
    agentId,
    taskId: launch.taskId,
    imageDigest: pin?.imageDigest ? decodeBase64url(pin.imageDigest) : stated.imageDigest,
    generationMin: pin?.generation ?? 0,
    nowMs,
  });
  const { taskId, generation, imageDigest } = stated;
  return { taskId, generation, proof, boot, imageDigest };
}

/** A device of this account, enrolled: its keys never leave it, its certificate is signed by the root. */
export interface EnrolledDevice {
  readonly id: Id<"device">;
  readonly keys: Identity;
  readonly cert: Uint8Array;
}

export interface AgentUnlock {
  readonly agent: Pick<Agent, "id" | "saved">;
  readonly secrets: AgentSecrets;
  readonly launch: CheckedLaunch;
  readonly device: EnrolledDevice;
  /** Which devices were taken back, signed by the root. */
  readonly revocations?: string | undefined;
}

/** The unlock frame for a checked launch. */
export function makeUnlock(account: Account, { agent, secrets, launch, device, revocations }: AgentUnlock): Uint8Array {
  const place = { tid: account.tid, uid: account.uid, agentId: agent.id };
  return writeUnlockFrame({
    place,
    boot: launch.boot,
    proof: launch.proof,
    rootPub: account.root.rootSign.publicKey,
    deviceCert: device.cert,
    device: device.keys.sign,
    secrets: { ais: secrets.ais, stateKey: stateKeyOf(account, agent, secrets), ...expectedState(agent.saved) },
    config: {
      agentCert: encodeBase64url(certifyAgent(account, agent.id, { secrets, launch })),
      userKemPub: encodeBase64url(account.identity.kem.publicKey),
      userSignPub: encodeBase64url(account.identity.sign.publicKey),
      model: secrets.model,
      ...(revocations === undefined ? {} : { revocations }),
    },
  });
}

const CERT_LIFE_MS = 400 * 24 * 3_600_000;

/**
 * The certificate by which the channel knows the agent in this launch. Every field follows from the launch and the account, and
 * Ed25519 draws nothing, so each device of the account makes the same bytes and none has to hand them to another.
 */
export function certifyAgent(
  account: Account,
  agentId: Id<"agent">,
  { secrets, launch }: Pick<AgentUnlock, "secrets" | "launch">,
): Uint8Array {
  const { sign, kem } = agentIdentity(account, agentId, secrets);
  const cert: AgentCert = {
    agentId,
    tid: account.tid,
    uid: account.uid,
    signKey: sign.publicKey,
    kemKey: kem.publicKey,
    imageDigest: launch.imageDigest,
    policyHash: new Uint8Array(32), // no policy yet: zeros say so
    seq: launch.generation,
    notAfterMs: timeOf(launch.taskId).getTime() + CERT_LIFE_MS,
  };
  return signAgentCert(cert, account.root.rootSign.secretKey);
}

/** The key of the saved state, opened by the identity key and vouched for by the agent; before the first save, the one from the envelope. */
export function stateKeyOf(account: Account, agent: Pick<Agent, "id" | "saved">, secrets: AgentSecrets): Key {
  const { saved } = agent;
  if (!saved) return secrets.firstStateKey;
  const { heldState } = secrets;
  if (heldState?.seq === saved.seq && heldState.hash === saved.hash) return asKey(decodeBase64url(heldState.key));
  return withEachIdentity(account, (identity) => openSavedKey({ ...account, identity }, { ...agent, saved }, secrets));
}

/** By the present identity alone. @throws CryptoError for a state that was saved for the one before it */
export function openSavedKey(
  account: Account,
  agent: Pick<Agent, "id"> & { readonly saved: SavedState },
  secrets: AgentSecrets,
): Key {
  const state = { tid: account.tid, agentId: agent.id, ...expectedState(agent.saved) };
  return openStateKey(decodeBase64url(agent.saved.sealedKey), state, {
    user: account.identity.kem,
    agent: agentIdentity(account, agent.id, secrets).sign.publicKey,
  });
}
