import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { agentIdentity, openEnvelope } from "#shared/client/agent-keys.ts";
import { type Identity, makeIdentity } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Grant, signGrant } from "#shared/crypto/grants/grant.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { newId } from "#shared/ids.ts";
import { until } from "#test/support/until.ts";
import { type Borrower, startBorrower } from "../../agent/lending/borrower.ts";
import { agentId, type Device, place, type Task, TaskWorld } from "./task-world.ts";

const now = new Date();
export const SITE = "https://api.weather.example";
export const VALUE = "sk-live-4711-and-more";
const CALL = { lent: "weather", url: `${SITE}/v1`, use: [{ header: "x-api-key", reference: "weather/key" }] };

/** Somebody else with an agent, as far as the issuer's agent meets them. */
export interface Subject {
  readonly person: Identity;
  readonly agent: Identity;
  readonly userId: Grant["subject"]["userId"];
  readonly agentId: Grant["subject"]["agentId"];
}

export const makeSubject = (): Subject => ({
  ...{ person: makeIdentity(), agent: makeIdentity() },
  ...{ userId: newId("user", now), agentId: newId("agent", now) },
});

/** The issuer's agent as it really is, a device of the issuer, a service, and another person's agent that borrows. */
export class LentWorld {
  readonly world: TaskWorld;
  readonly issuerAgent: Identity;
  readonly subject = makeSubject();
  task!: Task;
  device!: Device;
  /** What reached the service. */
  readonly heard: { readonly url: string; readonly key: string | null }[] = [];
  /** How many lines the journal had at that moment. */
  readonly keptWhenHeard: number[] = [];
  /** The service takes its time. */
  answerWhen: Promise<void> = Promise.resolve();
  #version = 1;

  private constructor(world: TaskWorld) {
    this.world = world;
    const { envelope } = world.api;
    if (!envelope) throw new Error("there is no envelope");
    this.issuerAgent = agentIdentity(world.account, agentId, openEnvelope(world.account, agentId, envelope));
    const platform = world.api.fetch;
    const fetchAll: typeof fetch = async (target, init) => {
      if (!String(target).startsWith(SITE)) return platform(target, init);
      const key = new Headers(init?.headers).get("x-api-key");
      this.heard.push({ url: String(target), key });
      this.keptWhenHeard.push(world.api.journal.length);
      await this.answerWhen;
      return new Response(`You sent ${key}.`, { headers: { "content-type": "text/plain" } });
    };
    Object.assign(world.api, { fetch: fetchAll });
    world.api.uses.onChange = (what) => {
      if (what === "posted") world.order({ control: "wake" });
      else for (const borrower of this.#borrowers) borrower.look();
    };
  }

  static async open(): Promise<LentWorld> {
    const lent = new LentWorld(await TaskWorld.open());
    await lent.start();
    return lent;
  }

  /** A task, unlocked by a device. */
  async start(): Promise<void> {
    this.task = await this.world.startTask();
    await this.openDevice();
  }

  async openDevice(): Promise<Device> {
    this.device = this.world.openDevice();
    await until(() => this.#demandOpen(this.device));
    return this.device;
  }

  #demandOpen({ link }: Device): void {
    if (link.state().is !== "open") throw new Error("not open yet");
  }

  grantOf(more: Partial<Grant> = {}): Grant {
    const { account } = this.world;
    const { subject, issuerAgent } = this;
    return {
      ...{ grantId: newId("grant", now), tid: place.tid, vaultId: newId("vault", now), itemId: newId("item", now) },
      issuer: {
        ...{ userId: place.uid, bundleHash: account.bundleHash, agentId },
        ...{ signKey: issuerAgent.sign.publicKey, kemHash: sha256(issuerAgent.kem.publicKey) },
      },
      subject: {
        ...{ userId: subject.userId, bundleHash: makeBytes(32), agentId: subject.agentId },
        ...{ signKey: subject.agent.sign.publicKey, kemHash: sha256(subject.agent.kem.publicKey) },
      },
      ...{ chainSeq: 1, as: "weather", sites: [SITE], fields: ["key"], methods: ["GET"], maxUses: 5 },
      ...{ notAfterMs: Date.now() + 3_600_000, asks: false, tier: "live", nonce: makeBytes(16), ...more },
    };
  }

  sign = (grant: Grant, by = this.world.account.identity): Uint8Array => signGrant(grant, by.sign.secretKey);

  /** The issuer's device tells their agent of grants, and of nothing else. */
  async offer(...grants: readonly Uint8Array[]): Promise<void> {
    this.#version += 1;
    const fields = [{ name: "key", value: VALUE, isHidden: true }];
    const lent = grants.map((grant) => ({ grant: encodeBase64url(grant), fields }));
    const version = this.#version;
    this.device.link.tell({ type: "lending.offer", version, lent, borrowed: [] });
    await until(() => {
      if ((this.held()?.version ?? 0) < version) throw new Error("not heard yet");
    });
  }

  held() {
    return this.#last("lending.held");
  }
  asked() {
    return this.#last("lending.asked")?.asked ?? [];
  }
  #last<T extends AgentMessage["type"]>(type: T) {
    return this.device.messages.findLast((one): one is Extract<AgentMessage, { type: T }> => one.type === type);
  }

  readonly #borrowers: Borrower[] = [];

  /** The agent of the subject, or of somebody who has only heard of the grant. */
  borrower(grant: Grant, by: Subject = this.subject): Borrower {
    const { uses } = this.world.api;
    const self = {
      place: { tid: place.tid, uid: by.userId, agentId: by.agentId },
      ...{ identity: by.agent, userKey: by.person.sign.publicKey },
    };
    const issuerKey = this.world.account.identity.sign.publicKey;
    const issuerKem = this.issuerAgent.kem.publicKey;
    const borrower = startBorrower({
      ...{ self, now: Date.now },
      held: { borrowed: () => [{ grant, issuerKey, issuerKem, what: "Weather", item: undefined }] },
      useHanded: async () => {
        throw new Error("nothing was handed over");
      },
      api: { postUse: async (use) => uses.post(use), getUse: async ({ useId }) => uses.get(useId) },
      startTimer(_ms, fire) {
        const timer = setTimeout(fire, 100);
        return () => clearTimeout(timer);
      },
    });
    this.#borrowers.push(borrower);
    return borrower;
  }

  close(): void {
    this.world.close();
  }
}

export const use = (borrower: Borrower, more: object = {}) => borrower.use(JSON.stringify({ ...CALL, ...more }));

/** The words with which it was refused. */
export async function refusalOf(used: Promise<unknown>): Promise<string> {
  return used.then(
    () => "it was done",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
