import type { Client } from "#shared/client/api-client.ts";
import type { agentsContract } from "#shared/contracts/agents.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import type { SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import { type AgentSecrets, agentIdentity, openEnvelope, sealEnvelope, signedEnvelope } from "../agent-keys.ts";
import { ApiError } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import { checkEnvelope, FIRST_PIN, type PinStore, pinEnvelope } from "../link/pins.ts";
import { type AgentGrants, NO_GRANTS } from "./grants.ts";

export interface GrantMeans {
  readonly agents: Pick<Client<typeof agentsContract>, "getEnvelope" | "putEnvelope">;
  readonly account: Account;
  readonly agentId: Id<"agent">;
  readonly pins: PinStore;
}

/** The grants, and the version of the agent's sealed secrets in which they were read. */
export interface SealedGrants {
  readonly version: number;
  readonly grants: AgentGrants;
}

export interface AgentKeys {
  readonly signKey: SignPublicKey;
  readonly kemKey: KemPublicKey;
}

const TRIES = 5;

/** @throws CryptoError when the platform shows what was before, in which a grant may stand that was taken back */
export async function readGrants(means: GrantMeans): Promise<SealedGrants> {
  const { version, secrets } = await readSecrets(means);
  return { version, grants: secrets?.grants ?? NO_GRANTS };
}

/** The keys that others know the agent by. @throws as `readGrants` */
export async function readAgentKeys(means: GrantMeans): Promise<AgentKeys> {
  const { secrets } = await readSecrets(means);
  demand(secrets !== undefined, "crypto.context");
  const { sign, kem } = agentIdentity(means.account, means.agentId, secrets);
  return { signKey: sign.publicKey, kemKey: kem.publicKey };
}

/** Seals a change of the grants on top of whatever other devices changed. @throws ApiError, CryptoError, and what `change` throws */
export async function changeGrants(
  means: GrantMeans,
  change: (grants: AgentGrants) => AgentGrants,
): Promise<SealedGrants> {
  const { version, secrets } = await changeSecrets(means, (before) => {
    demand(before !== undefined, "crypto.context"); // without its secrets an agent is nobody's
    return { ...before, grants: change(before.grants) };
  });
  return { version, grants: secrets.grants };
}

/**
 * Every change of an agent's secrets from this device goes this way: on top of the last ones it knows of, and remembered.
 * `change` is given nothing where nothing was sealed yet. @throws as changeGrants
 */
export async function changeSecrets(
  means: GrantMeans,
  change: (secrets: AgentSecrets | undefined) => AgentSecrets,
): Promise<{ readonly version: number; readonly secrets: AgentSecrets }> {
  const { agents, account, agentId } = means;
  for (let attempt = 1; ; attempt++) {
    const { version: before, secrets: present } = await readSecrets(means);
    const secrets = change(present);
    const envelope = sealEnvelope(account, agentId, before + 1, secrets);
    try {
      await agents.putEnvelope(signedEnvelope(account, agentId, envelope));
      await means.pins.change((pin) => pinEnvelope(pin, envelope));
      return { version: envelope.version, secrets };
    } catch (error) {
      const wasFaster = error instanceof ApiError && error.code === "agent.envelope_changed";
      if (!wasFaster || attempt === TRIES) throw error;
    }
  }
}

/** @throws crypto.rollback when the platform shows what was before */
export async function readSecrets({ agents, account, agentId, pins }: GrantMeans) {
  const envelope = await agents.getEnvelope({ agentId });
  checkEnvelope(envelope, (await pins.read()) ?? FIRST_PIN);
  const secrets: AgentSecrets | undefined = envelope ? openEnvelope(account, agentId, envelope) : undefined;
  await pins.change((pin) => pinEnvelope(pin, envelope));
  return { version: envelope?.version ?? 0, secrets };
}
