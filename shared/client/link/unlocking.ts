import type { Client } from "#shared/client/api-client.ts";
import type { Agent, agentsContract, Envelope } from "#shared/contracts/agents.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import {
  type AgentSecrets,
  type CheckedLaunch,
  certifyAgent,
  checkLaunch,
  type EnrolledDevice,
  makeUnlock,
  openEnvelope,
} from "../agent-keys.ts";
import type { Account } from "../keyring.ts";
import { type AgentPin, checkEnvelope, checkSaved, FIRST_PIN, type PinStore, pinEnvelope } from "./pins.ts";

export interface Unlocker {
  readonly agents: Client<typeof agentsContract>;
  readonly account: Account;
  readonly device: EnrolledDevice;
  readonly pins: PinStore;
  readonly now: () => number;
  /** Which devices were taken back, signed by the root; the agent is told. */
  readonly readRevocations?: () => Promise<string | undefined>;
}

/** A task that was checked and may be spoken to: the certificate it will prove in the channel, and how to unlock it. */
export interface KnownTask {
  readonly generation: number;
  readonly agentCert: Uint8Array;
  readonly unlockFrame: () => Uint8Array;
  readonly start: SeenStart;
  /** To be called when the task said it is unlocked: from then on this device refuses an earlier one. */
  readonly remember: () => Promise<SeenStart>;
}

/** What a device knows of the start it speaks to. */
export interface SeenStart {
  /** The image that the launch statement names, as its registry writes it: sha256, a colon and hexadecimal digits. */
  readonly image: string;
  /** This device unlocked it with nothing to hold its launch key and image against. */
  readonly isTaken: boolean;
}

/**
 * Checks the agent's present task against what this device remembers.
 * @throws CryptoError when the platform vouches for something else or older; ApiError when it does not answer.
 */
export async function meetTask(unlocker: Unlocker, agent: Agent): Promise<KnownTask> {
  const { agents, account, device, pins, now } = unlocker;
  const agentId = agent.id;
  const [launchAnswer, envelope, known, revocations] = await Promise.all([
    agents.launch({ agentId }),
    agents.getEnvelope({ agentId }),
    pins.read(),
    unlocker.readRevocations?.(),
  ]);
  const pin = known ?? FIRST_PIN;
  const { launchKey, generation, imageDigest } = pin;
  const nowMs = now();
  const trusted = launchKey ? { pin: { launchKey, generation, imageDigest } } : {};
  const launch = await checkLaunch(agentId, launchAnswer, { nowMs, ...trusted });
  const secrets = secretsOf(account, agentId, envelope);
  checkEnvelope(envelope, pin);
  const accepted = { launchKey: launchAnswer.launchKey, envelope };
  const startOf = ({ takenGeneration }: AgentPin): SeenStart => ({
    image: nameOfImage(launch.imageDigest),
    isTaken: takenGeneration === launch.generation,
  });
  return {
    generation: launch.generation,
    agentCert: certifyAgent(account, agentId, { secrets, launch }),
    unlockFrame: () => {
      checkSaved(agent, pin);
      return makeUnlock(account, { agent, secrets, launch, device, revocations });
    },
    start: startOf(pin),
    async remember() {
      let kept = pin;
      await pins.change((present) => {
        kept = pinLaunch(present, launch, accepted);
        return kept;
      });
      return startOf(kept);
    },
  };
}

const nameOfImage = (digest: Uint8Array): string =>
  `sha256:${Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;

export function secretsOf(account: Account, agentId: Agent["id"], envelope: Envelope | null): AgentSecrets {
  demand(envelope !== null, "crypto.context"); // without its envelope an agent is nobody's
  return openEnvelope(account, agentId, envelope);
}

const pinLaunch = (
  pin: AgentPin,
  { generation, imageDigest }: CheckedLaunch,
  { launchKey, envelope }: { readonly launchKey: string; readonly envelope: Envelope | null },
): AgentPin => ({
  ...pinEnvelope(pin, envelope),
  launchKey: pin.launchKey ?? launchKey,
  ...(pin.launchKey === undefined && { takenGeneration: generation }),
  imageDigest: encodeBase64url(imageDigest),
  generation: Math.max(pin.generation, generation),
});
