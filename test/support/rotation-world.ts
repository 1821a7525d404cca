import {
  type AgentSecrets,
  agentIdentity,
  makeAgentSecrets,
  openEnvelope,
  sealEnvelope,
} from "#shared/client/agent-keys.ts";
import { ApiError } from "#shared/client/api-client.ts";
import { storesOf } from "#shared/client/device/stores.ts";
import { type Account, unlockByPassphrase } from "#shared/client/keyring.ts";
import { type FinishMeans, finishRotation } from "#shared/client/rotation/finish-rotation.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import type { Agent, Envelope } from "#shared/contracts/agents.ts";
import { sealStateKey } from "#shared/crypto/agents/state-key.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat, u32 } from "#shared/crypto/encoding/bytes.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { type Id, newId } from "#shared/ids.ts";
import { GroupWorld, type Someone } from "./group-world.ts";
import { makeMemoryDatabase } from "./memory-database.ts";

/** What it costs is tested elsewhere; here another passphrase has to give another secret. */
export const quickArgon: DeriveArgon2id = async (params, passphrase, salt) =>
  sha256(concat(u32(params.memoryKib), salt, passphrase));

/** One agent as the platform sees it: its row, its sealed secrets, and a task that saves its state to whoever unlocked it. */
export class FakeAgentApi {
  agent: Agent;
  envelope: Envelope | null;
  readonly #first: Account;
  /** The key of each state that was saved, by its number: what has to open again. */
  readonly keys = new Map<number, Key>();
  readonly did: string[] = [];

  constructor(account: Account, now: Date, state: Agent["state"]) {
    this.#first = account;
    const id = newId("agent", now);
    const life = { state, generation: 3, steps: [], etaSeconds: null, online: true, saved: null };
    const counts = { queued: 0, restarts: 0, cause: null, firstMessageAt: null, lastActiveAt: null, version: 1 };
    this.agent = {
      ...{ id, name: "Ada", ownerId: account.uid, size: "small", createdAt: now.toISOString() },
      ...life,
      ...counts,
    };
    this.envelope = sealEnvelope(account, id, 1, makeAgentSecrets({ kind: "demo" }));
    this.save(account);
  }

  /** The task seals its state to the one who unlocked it. */
  save(account: Account): void {
    const seq = (this.agent.saved?.seq ?? 0) + 1;
    const hash = sha256(u32(seq));
    const key = makeKey();
    const secrets = this.secretsFor(account);
    const state = { tid: account.tid, agentId: this.agent.id, stateSeq: seq, stateHash: hash };
    const sealed = sealStateKey(key, state, {
      user: account.identity.kem.publicKey,
      agent: agentIdentity(account, this.agent.id, secrets).sign,
    });
    this.keys.set(seq, key);
    const savedAt = this.agent.createdAt;
    const saved = { seq, hash: encodeBase64url(hash), bytes: 10, sealedKey: encodeBase64url(sealed), savedAt };
    this.agent = { ...this.agent, saved };
  }

  secretsFor(account: Account): AgentSecrets {
    if (!this.envelope) throw new Error("there is no envelope");
    return openEnvelope(account, this.agent.id, this.envelope);
  }

  readonly api = {
    list: async () => ({ items: [this.agent], cursor: null }),
    get: async () => this.agent,
    getEnvelope: async () => this.envelope,
    putEnvelope: async ({ blob, version }: Envelope) => {
      if (version !== (this.envelope?.version ?? 0) + 1) throw new ApiError("agent.envelope_changed", "another one");
      this.envelope = { blob, version };
      return this.envelope;
    },
    stop: async () => {
      this.did.push("stop");
      if (this.agent.state === "running") this.#saveLast();
      this.agent = { ...this.agent, state: "stopped" };
      return this.agent;
    },
    wake: async () => {
      this.did.push("wake");
      if (this.agent.state === "stopped")
        this.agent = { ...this.agent, state: "locked", generation: this.agent.generation + 1 };
      return this.agent;
    },
  };

  /** The running task knows only the root that unlocked it. */
  #saveLast(): void {
    const now = this.envelope;
    this.envelope = sealEnvelope(this.#first, this.agent.id, 1, this.lastKnown ?? makeAgentSecrets({ kind: "demo" }));
    this.save(this.#first);
    this.envelope = now;
  }

  /** The secrets with which the task was unlocked. */
  lastKnown: AgentSecrets | undefined;
}

export type AnyApi = Pick<FinishMeans["api"], "agents" | "vault" | "keyring" | "shares">;

/** People who change all their keys. */
export class RotationWorld extends GroupWorld {
  readonly passphrase = "the new passphrase";
  /** What the device that finishes a rotation remembers of agents. */
  readonly database = makeMemoryDatabase();

  apiOf({ account, api }: Someone, agent: FakeAgentApi): AnyApi {
    const agents = agent.api as unknown as AnyApi["agents"]; // the routes that a rotation asks for
    const { uid } = account;
    return { agents, vault: api, keyring: this.keyringOf(uid), shares: this.sharesApiOf(uid) };
  }

  /** Makes the next root and keeps it, and gives the account as this device has it then. */
  async rotate(someone: Someone, account: Account = someone.account) {
    const keyring = this.keyringOf(account.uid);
    const served = await keyring.getKeyring({});
    const made = await rotateRoot(served, account, this.passphrase, { deriveArgon2id: quickArgon, now: this.clock });
    await keyring.changeKeyring(made.request);
    return made;
  }

  /** What another device has after an unlock by the new passphrase. */
  async unlock(uid: Id<"user">, place: Pick<Account, "tid">): Promise<Account> {
    const served = await this.keyringOf(uid).getKeyring({});
    const unlocking = { deriveArgon2id: quickArgon };
    return (await unlockByPassphrase(served, { tid: place.tid, uid }, this.passphrase, unlocking)).account;
  }

  finish(
    account: Account,
    api: AnyApi,
    onProgress?: Parameters<typeof finishRotation>[1],
    vaults = this.device(account, api.vault),
  ) {
    const pinsOf = (agentId: Id<"agent">) => storesOf(this.database, "", agentId).pins;
    const means = { api, account, vaults, pinsOf, sleep: async () => undefined };
    return finishRotation(means, onProgress);
  }
}
