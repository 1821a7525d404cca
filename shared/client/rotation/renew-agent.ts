import type { Client } from "#shared/client/api-client.ts";
import type { Agent, agentsContract, Envelope } from "#shared/contracts/agents.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { readSelfGen } from "#shared/crypto/sealing/self-seal.ts";
import type { Id } from "#shared/ids.ts";
import {
  type AgentSecrets,
  openEnvelope,
  openSavedKey,
  sealEnvelope,
  signedEnvelope,
  stateKeyOf,
} from "../agent-keys.ts";
import { ApiError } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import { checkEnvelope, FIRST_PIN, type PinStore, pinEnvelope } from "../link/pins.ts";
import { withoutCarried } from "./carried.ts";

export interface AgentMeans {
  readonly agents: Pick<Client<typeof agentsContract>, "get" | "getEnvelope" | "putEnvelope" | "stop" | "wake">;
  readonly account: Account;
  /** What this device remembers of the agent: secrets older than it are not sealed anew. */
  readonly pins: PinStore;
  readonly sleep: (ms: number) => Promise<void>;
}

const LOOK_MS = 1_000;
const PATIENCE = 300; // looks at an agent that seals its state and ends
const TRIES = 5;

/** The agent did not end within five minutes. It goes on later from where it was. */
export class AgentBusy extends Error {
  override readonly name = "AgentBusy";
  readonly agentId: Id<"agent">;
  constructor(agentId: Id<"agent">) {
    super("The agent has not stopped yet.");
    this.agentId = agentId;
  }
}

/**
 * An agent after a change of all keys. First its secrets are sealed by the new root, so that no task can be unlocked under the old one any
 * more. Then a task that may obey the old root ends; it seals its state to the identity of then, whose key joins the secrets. An agent
 * that was awake is woken, and unlocked by the new root like any other. What was done is not done again.
 */
export async function renewAgent(means: AgentMeans, agentId: Id<"agent">): Promise<void> {
  await changeSecrets(means, agentId, (secrets, agent, isOld) =>
    isOld ? { ...secrets, ...(mayRun(agent) ? { endUpTo: agent.generation } : {}) } : undefined,
  );
  const wasAwake = await endOldTask(means, agentId);
  await changeSecrets(means, agentId, (secrets, agent) => {
    const { endUpTo: _, ...rest } = secrets;
    if (isOfPresent(means.account, agent, secrets)) return secrets.endUpTo === undefined ? undefined : rest;
    const { saved } = agent;
    if (!saved) return rest;
    const key = encodeBase64url(stateKeyOf(means.account, agent, secrets));
    return { ...rest, heldState: { seq: saved.seq, hash: saved.hash, key } };
  });
  await demandOpen(means, agentId);
  if (wasAwake) await means.agents.wake({ agentId });
}

/** @throws CryptoError while it still takes the old keys to start this agent: then they stay */
async function demandOpen({ agents, account }: AgentMeans, agentId: Id<"agent">): Promise<void> {
  const bare = withoutCarried(account);
  const [agent, envelope] = await Promise.all([agents.get({ agentId }), agents.getEnvelope({ agentId })]);
  if (envelope) stateKeyOf(bare, agent, openEnvelope(bare, agentId, envelope));
}

const mayRun = ({ state }: Agent): boolean => !["stopped", "crashed", "deleting"].includes(state);

/** Whether the saved state opens without what is carried. */
function isOfPresent(account: Account, agent: Agent, secrets: AgentSecrets): boolean {
  const { saved } = agent;
  if (!saved || (secrets.heldState?.seq === saved.seq && secrets.heldState.hash === saved.hash)) return true;
  try {
    openSavedKey(account, { ...agent, saved }, secrets);
    return true;
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}

/** @returns whether there was one to end */
async function endOldTask({ agents, account, sleep }: AgentMeans, agentId: Id<"agent">): Promise<boolean> {
  const envelope = await agents.getEnvelope({ agentId });
  const endUpTo = envelope && openEnvelope(account, agentId, envelope).endUpTo;
  if (endUpTo === undefined || endUpTo === null) return false;
  for (let look = 1; look <= PATIENCE; look++) {
    const agent = await agents.get({ agentId });
    if (agent.generation > endUpTo || !mayRun(agent)) return true;
    if (agent.state !== "stopping") await unlessChanged(agents.stop({ agentId }));
    await sleep(LOOK_MS);
  }
  throw new AgentBusy(agentId);
}

/** It went on to another state at that moment: the next look sees which. */
async function unlessChanged(work: Promise<unknown>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof ApiError && error.code === "agent.changed")) throw error;
  });
}

type Change = (secrets: AgentSecrets, agent: Agent, isOld: boolean) => AgentSecrets | undefined;

/**
 * Seals the secrets on top of whatever other devices did to them; nothing is written where there is nothing to change.
 * @throws crypto.rollback when the platform shows secrets from before, in which a grant may stand that was taken back
 */
async function changeSecrets(means: AgentMeans, agentId: Id<"agent">, change: Change): Promise<void> {
  const { agents, account, pins } = means;
  for (let attempt = 1; ; attempt++) {
    const [agent, envelope] = await Promise.all([agents.get({ agentId }), agents.getEnvelope({ agentId })]);
    checkEnvelope(envelope, (await pins.read()) ?? FIRST_PIN);
    if (!envelope) return; // its deployment was broken off before it had secrets
    const next = change(openEnvelope(account, agentId, envelope), agent, isOfEarlier(account, envelope));
    if (!next) return;
    const sealed = sealEnvelope(account, agentId, envelope.version + 1, next);
    try {
      await agents.putEnvelope(signedEnvelope(account, agentId, sealed));
      return await pins.change((pin) => pinEnvelope(pin, sealed));
    } catch (error) {
      const wasFaster = error instanceof ApiError && error.code === "agent.envelope_changed";
      if (!wasFaster || attempt === TRIES) throw error;
    }
  }
}

const isOfEarlier = ({ root }: Account, { blob }: Envelope): boolean =>
  readSelfGen(decodeBase64url(blob)) !== root.urkGen;
