import { makeIdentity } from "#shared/crypto/account/identity.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Grant, signGrant } from "#shared/crypto/grants/grant.ts";
import { signRevocation } from "#shared/crypto/grants/revocation.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { type Id, newId } from "#shared/ids.ts";
import { makeLedger } from "../../agent/lending/ledger.ts";
import { type Lending, startLending } from "../../agent/lending/lending.ts";
import { isLending, readAgentRecord } from "../../agent/state/records.ts";
import { FakeUses } from "./fake-uses.ts";

const date = new Date();
export const SITE = "https://api.weather.example";
export const VALUE = "sk-handed-over-4711";
const FIELDS = [{ name: "key", value: VALUE, isHidden: true }];

/** Somebody with an agent. */
const makePerson = () => ({
  ...{ person: makeIdentity(), agent: makeIdentity() },
  ...{ userId: newId("user", date), agentId: newId("agent", date) },
});

/** The agent of a person to whom another has handed an item over, as it is in a task, before a platform that keeps what they send. */
export class HandedWorld {
  readonly tid = newId("tenant", date);
  readonly issuer = makePerson();
  readonly subject = makePerson();
  readonly uses = new FakeUses();
  /** What reached the service: the address, and the value. */
  readonly heard: { readonly url: string; readonly key: string | null; readonly kept: number }[] = [];
  readonly journal: Uint8Array[] = [];
  readonly errors: string[] = [];
  nowMs = Date.now();
  isAway = false;
  lending: Lending = this.start();
  #version = 0;

  /** How many uses the journal has. */
  counted = (): number => this.journal.filter((bytes) => readAgentRecord(bytes).is === "lent.counted").length;

  /** A task that knows what the journal says, and holds nothing. */
  start(): Lending {
    const ledger = makeLedger();
    for (const bytes of this.journal) {
      const record = readAgentRecord(bytes);
      if (isLending(record)) ledger.apply(record);
    }
    const { person, agent, userId, agentId } = this.subject;
    const { uses } = this;
    this.lending = startLending({
      self: {
        place: { tid: this.tid, uid: userId, agentId },
        ...{ identity: agent, userKey: person.sign.publicKey },
      },
      ledger,
      journal: {
        append: async (record, apply) => {
          this.journal.push(record);
          apply();
        },
      },
      api: {
        readUses: async (from) => {
          if (this.isAway) throw new Error("the platform is away");
          return uses.read(from);
        },
        answerUse: async (answer) => uses.answer(answer),
        postUse: async (use) => uses.post(use),
        getUse: async ({ useId }) => uses.get(useId),
      },
      fetch: async (url, init) => {
        const key = new Headers(init?.headers).get("x-api-key");
        this.heard.push({ url: String(url), key, kept: this.counted() });
        return new Response(`You sent ${key}.`);
      },
      now: () => this.nowMs,
      startTimer: () => () => undefined,
      log: { info: () => undefined, error: (event) => void this.errors.push(event) },
      tell: () => undefined,
    });
    return this.lending;
  }

  grantOf(more: Partial<Grant> = {}): Grant {
    const party = ({ userId, agentId, agent }: ReturnType<typeof makePerson>) => ({
      ...{ userId, agentId, bundleHash: makeBytes(32), signKey: agent.sign.publicKey },
      kemHash: sha256(agent.kem.publicKey),
    });
    return {
      ...{ grantId: newId("grant", date), tid: this.tid, vaultId: newId("vault", date), itemId: newId("item", date) },
      ...{ issuer: party(this.issuer), subject: party(this.subject), chainSeq: 1, as: "weather", sites: [SITE] },
      ...{ fields: ["key"], methods: ["GET"], maxUses: 3, notAfterMs: this.nowMs + 3_600_000, asks: false },
      ...{ tier: "sealed", nonce: makeBytes(16), ...more },
    };
  }

  /** A device of the subject tells their agent what it may use. */
  offer(
    grant: Grant | undefined,
    { by = this.issuer.person, fields = FIELDS as typeof FIELDS | null, version = this.#version + 1 } = {},
  ): void {
    this.#version = version;
    const borrowed = grant && {
      grant: encodeBase64url(signGrant(grant, by.sign.secretKey)),
      issuerKey: encodeBase64url(this.issuer.person.sign.publicKey),
      ...{ issuerKem: encodeBase64url(this.issuer.agent.kem.publicKey), what: "The weather" },
      ...(fields ? { fields } : {}),
    };
    const offer = { version: this.#version, lent: [], borrowed: borrowed ? [borrowed] : [] };
    this.lending.hear({ type: "lending.offer", ...offer }, {} as Parameters<Lending["hear"]>[1]); // told to nobody in particular
  }

  /** What the issuer's signed word would be, by whoever signs it. */
  takeBack(grantId: Id<"grant">, by = this.issuer.person): void {
    const place = { grantId, tid: this.tid, issuer: this.issuer.userId };
    const revocation = encodeBase64url(signRevocation(place, this.nowMs, by.sign.secretKey));
    this.uses.revocations = [...this.uses.revocations, { grantId, revocation }];
  }

  /** A call of lent_request that the owner has approved: what came of it. */
  async use(more: object = {}): Promise<string> {
    const call = { lent: "weather", url: `${SITE}/v1`, use: [{ header: "x-api-key", reference: "weather/key" }] };
    return this.lending.borrower.use(JSON.stringify({ ...call, ...more })).then(
      ({ body }) => body,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
  }
}
