import type { LendingOffer } from "#shared/channel/app-lending.ts";
import type { GrantView, grantsContract } from "#shared/contracts/grants.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Grant, signGrant } from "#shared/crypto/grants/grant.ts";
import { type LetterPlace, sealLetter, writeHanded } from "#shared/crypto/grants/handed.ts";
import { signRevocation } from "#shared/crypto/grants/revocation.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import type { KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { AgentItems } from "../agent-items/agent-items.ts";
import { type AgentGrants, lend, unlend } from "../agent-items/grants.ts";
import { fieldsOf, openById } from "../agent-items/offer.ts";
import type { Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { Vaults } from "../vault/vaults.ts";
import { makeLendingOffer } from "./lending-offer.ts";
import { isWithin, latestEnd, type Terms, Wish, writeLetter } from "./letter.ts";
import { type Lending, readLending, type Unreadable } from "./read.ts";
import { LendingRefused } from "./refused.ts";

export interface LendingMeans {
  readonly grants: Client<typeof grantsContract>;
  readonly account: Account;
  readonly openVaults: () => Promise<Pick<Vaults, "open" | "people">>;
  readonly itemsOf: (agentId: Id<"agent">) => Pick<AgentItems, "keys" | "change" | "offer">;
  readonly now: () => Date;
}

/** What somebody gives: which item, by which of their agents, and how much of what was asked for. */
interface Approval extends Omit<Terms, "notAfterMs"> {
  readonly agentId: Id<"agent">;
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly as: string;
  /** At most the time that was asked for, from now on; the whole of it, if it is not said. */
  readonly notAfterMs?: number | undefined;
  readonly asks: boolean;
}

/** Grants between this account and other people of the organisation. */
export interface Lendings {
  list(): Promise<readonly (Lending | Unreadable)[]>;
  ask(of: Id<"user">, agent: { readonly id: Id<"agent">; readonly name: string }, wish: Wish): Promise<Id<"grant">>;
  /** Signs what is given and has the agent act by it. @throws LendingRefused, GrantRefused, ItemChanged */
  approve(lending: Lending, approval: Approval): Promise<void>;
  deny(id: Id<"grant">): Promise<void>;
  /** The agent refuses from the moment it hears, which is at once if it runs. */
  revoke(lending: Pick<Lending, "row">): Promise<void>;
  /** For one's own agent: what it may do for others' agents, and with theirs. */
  offerFor(agentId: Id<"agent">, grants: AgentGrants): Promise<Omit<LendingOffer, "version">>;
}

export function openLendings(means: LendingMeans): Lendings {
  const { grants, itemsOf } = means;
  const list = () => listAll(means);
  return {
    list,
    ask: async (of, agent, wish) => ask(means, { of, agent, wish }),
    async approve(lending, approval) {
      const { id: grantId } = lending.row;
      const made = await makeGrant(means, lending, approval);
      const items = itemsOf(approval.agentId);
      await items.change((now) => lend(now, grantId)); // first: what the platform has not yet been told, nobody can use
      try {
        await grants.approve(made);
      } catch (error) {
        await items.change((now) => unlend(now, grantId));
        throw error;
      }
      await items.offer();
    },
    async deny(grantId) {
      await grants.deny({ grantId });
    },
    async revoke({ row }) {
      const { tid, uid, identity } = means.account;
      if (row.issuerAgentId === null) throw new LendingRefused("not_open");
      const place = { tid, grantId: row.id, issuer: uid };
      const revocation = signRevocation(place, means.now().getTime(), identity.sign.secretKey);
      await itemsOf(row.issuerAgentId).change((now) => unlend(now, row.id));
      await grants.revoke({ grantId: row.id, revocation: encodeBase64url(revocation) });
    },
    offerFor: async (agentId, held) => makeLendingOffer({ ...means, agentId, grants: held, lendings: await list() }),
  };
}

async function listAll({ grants, account, openVaults, now }: LendingMeans): Promise<(Lending | Unreadable)[]> {
  const rows: GrantView[] = [];
  let cursor: string | undefined;
  do {
    const page = await grants.list({ limit: 100, ...(cursor && { cursor }) });
    rows.push(...page.items);
    cursor = page.cursor ?? undefined;
  } while (cursor);
  if (rows.length === 0) return [];
  const { people } = await openVaults();
  const read: (Lending | Unreadable)[] = [];
  for (const row of rows) read.push(await readLending({ account, people, now }, row));
  return read;
}

interface Asking {
  readonly of: Id<"user">;
  readonly agent: { readonly id: Id<"agent">; readonly name: string };
  readonly wish: Wish;
}

async function ask(means: LendingMeans, { of, agent, wish }: Asking): Promise<Id<"grant">> {
  const { account, grants, itemsOf, now } = means;
  const parsed = Wish.safeParse(wish).data;
  if (!parsed) throw new LendingRefused("invalid");
  const { people } = await means.openVaults();
  await people.learnAgain(of); // sealed to the keys they have now
  const { signKey, kemKey } = await itemsOf(agent.id).keys();
  const keys = { signKey: encodeBase64url(signKey), kemKey: encodeBase64url(kemKey) };
  const letter = writeLetter({ v: 1, ...parsed, agentId: agent.id, agentName: agent.name, ...keys });
  const id = newId("grant", now());
  const seal = (reader: Id<"user">, recipient: KemPublicKey) =>
    sealFrom(account, "grant-request", { grantId: id, reader, recipient }, letter);
  const request = {
    toIssuer: seal(of, people.get(of).kemKey),
    toSubject: seal(account.uid, account.identity.kem.publicKey),
  };
  const { period, maxUses } = parsed;
  await grants.ask({ id, issuerId: of, agentId: agent.id, period, maxUses, request });
  return id;
}

const sealFrom = (
  { tid, uid, identity }: Account,
  purpose: "grant-request" | "grant-handed",
  to: Pick<LetterPlace, "grantId" | "reader"> & { readonly recipient: KemPublicKey },
  plaintext: Uint8Array,
): string => {
  const place = { tid, grantId: to.grantId, sender: uid, reader: to.reader };
  return encodeBase64url(sealLetter(purpose, place, { sender: identity.sign, recipient: to.recipient }, plaintext));
};

async function makeGrant(means: LendingMeans, { row, letter, otherId, changed }: Lending, approval: Approval) {
  const { account, now } = means;
  const { agentId, vaultId, itemId, as, sites, methods, maxUses, asks } = approval;
  if (row.state !== "asked" || row.side !== "issuer") throw new LendingRefused("not_open");
  const notAfterMs = approval.notAfterMs ?? latestEnd(letter, now().getTime()) ?? 0;
  if (!isWithin({ sites, methods, maxUses, notAfterMs }, letter, now().getTime())) throw new LendingRefused("wider");
  const vaults = await means.openVaults();
  await vaults.people.learnAgain(otherId); // sealed to the keys they have now, if they asked by these
  const other = vaults.people.get(otherId);
  if (changed || other.sinceMs > Date.parse(row.createdAt)) throw new LendingRefused("keys_changed");
  const book = await openById(vaults, vaultId);
  if (!may(book.head().rights, "share")) throw new LendingRefused("may_not_hand_on");
  const { content } = await book.read(itemId);
  const own = await means.itemsOf(agentId).keys();
  const grant: Grant = {
    ...{ grantId: row.id, tid: account.tid, vaultId, itemId, chainSeq: book.head().chain.seq },
    issuer: {
      ...{ userId: account.uid, bundleHash: account.bundleHash, agentId },
      ...{ signKey: own.signKey, kemHash: sha256(own.kemKey) },
    },
    subject: {
      ...{ userId: otherId, bundleHash: other.bundleHash, agentId: letter.agentId },
      signKey: asSignPublicKey(decodeBase64url(letter.signKey)),
      kemHash: sha256(decodeBase64url(letter.kemKey)),
    },
    ...{ as, sites, methods, maxUses, notAfterMs, asks, fields: fieldsOf(content).map(({ name }) => name) },
    nonce: makeBytes(16),
  };
  const bytes = signGrant(grant, account.identity.sign.secretKey);
  const handed = writeHanded({ bytes, issuerKem: own.kemKey });
  const seal = (reader: Id<"user">, recipient: KemPublicKey) =>
    sealFrom(account, "grant-handed", { grantId: row.id, reader, recipient }, handed);
  return {
    ...{ grantId: row.id, agentId, maxUses, notAfter: notAfterMs === 0 ? null : new Date(notAfterMs).toISOString() },
    grant: { toIssuer: seal(account.uid, account.identity.kem.publicKey), toSubject: seal(otherId, other.kemKey) },
  };
}
