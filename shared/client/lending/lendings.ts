import type { LendingOffer } from "#shared/channel/app-lending.ts";
import type { GrantView, grantsContract } from "#shared/contracts/grants.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { signRevocation } from "#shared/crypto/grants/revocation.ts";
import type { KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { AgentItems } from "../agent-items/agent-items.ts";
import { type AgentGrants, lend, unlend } from "../agent-items/grants.ts";
import type { Client } from "../api-client.ts";
import type { Account } from "../keyring.ts";
import type { SharesApi } from "../shares/shares.ts";
import type { Vaults } from "../vault/vaults.ts";
import { type Approval, makeGrant } from "./give.ts";
import { openHandedItems } from "./handed-items.ts";
import { makeLendingOffer } from "./lending-offer.ts";
import { sealFrom, Wish, writeLetter } from "./letter.ts";
import { type Lending, readLending, type Unreadable } from "./read.ts";
import { LendingRefused } from "./refused.ts";
import { type Given, type TakenBack, takeNewKeys } from "./take-back.ts";

export interface LendingMeans {
  readonly grants: Client<typeof grantsContract>;
  readonly shares: SharesApi;
  readonly account: Account;
  readonly openVaults: () => Promise<Pick<Vaults, "open" | "people">>;
  readonly itemsOf: (agentId: Id<"agent">) => Pick<AgentItems, "keys" | "change" | "offer">;
  readonly now: () => Date;
}

/** Grants between this account and other people of the organisation. */
export interface Lendings {
  list(): Promise<readonly (Lending | Unreadable)[]>;
  ask(of: Id<"user">, agent: { readonly id: Id<"agent">; readonly name: string }, wish: Wish): Promise<Id<"grant">>;
  /** Signs what is given; in the live tier the agent acts by it, in the sealed one the item's keys go with it. @throws LendingRefused, GrantRefused, ItemChanged */
  approve(lending: Lending, approval: Approval): Promise<void>;
  deny(id: Id<"grant">): Promise<void>;
  /**
   * The agent that acts refuses from the moment it hears, which is at once if it runs. What was handed over gets other keys and a note
   * that it is to be changed at its provider; said again of one that is revoked, that is done again.
   */
  revoke(given: Given): Promise<TakenBack>;
  /** For one's own agent: what it may do for others' agents, and with theirs. */
  offerFor(agentId: Id<"agent">, grants: AgentGrants): Promise<Omit<LendingOffer, "version">>;
}

export function openLendings(means: LendingMeans): Lendings {
  const { grants, itemsOf } = means;
  const list = () => listAll(means);
  const handed = openHandedItems(means);
  return {
    list,
    ask: async (of, agent, wish) => ask(means, { of, agent, wish }),
    async approve(lending, approval) {
      const { id: grantId } = lending.row;
      const made = await makeGrant(means, lending, approval);
      if (made.tier === "sealed") return approveOnce(grants, made);
      const items = itemsOf(approval.agentId);
      await items.change((now) => lend(now, grantId)); // first: what the platform has not yet been told, nobody can use
      try {
        await approveOnce(grants, made);
      } catch (error) {
        const given = await findGiven(grants, made).catch(() => undefined);
        if (!given) await items.change((now) => unlend(now, grantId)); // given, it was another device that was faster
        throw error;
      }
      await items.offer();
    },
    async deny(grantId) {
      await grants.deny({ grantId });
    },
    async revoke(given) {
      if (given.row.state !== "revoked") await revoke(means, given.row);
      return takeNewKeys(means, given);
    },
    offerFor: async (agentId, held) =>
      makeLendingOffer({ ...means, handed, agentId, grants: held, lendings: await list() }),
  };
}

type Grants = LendingMeans["grants"];
type Made = Awaited<ReturnType<typeof makeGrant>>;

/** An approval of which the answer was lost was made all the same, if it stands where it was sent. */
async function approveOnce(grants: Grants, made: Made): Promise<void> {
  try {
    await grants.approve(made);
  } catch (error) {
    const given = await findGiven(grants, made).catch(() => undefined);
    if (given?.grant !== made.grant.toIssuer) throw error;
  }
}

/** The grant, if it is given and this agent acts by it. */
async function findGiven(grants: Grants, { grantId, agentId }: Made): Promise<GrantView | undefined> {
  const row = (await listRows(grants)).find(({ id }) => id === grantId);
  return row?.state === "approved" && row.issuerAgentId === agentId ? row : undefined;
}

async function listRows(grants: Grants): Promise<GrantView[]> {
  const rows: GrantView[] = [];
  let cursor: string | undefined;
  do {
    const page = await grants.list({ limit: 100, ...(cursor && { cursor }) });
    rows.push(...page.items);
    cursor = page.cursor ?? undefined;
  } while (cursor);
  return rows;
}

async function listAll({ grants, account, openVaults, now }: LendingMeans): Promise<(Lending | Unreadable)[]> {
  const rows = await listRows(grants);
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
  const { period, maxUses, tier } = parsed;
  await grants.ask({ id, issuerId: of, agentId: agent.id, period, maxUses, tier, request });
  return id;
}

async function revoke({ account, grants, itemsOf, now }: LendingMeans, row: GrantView): Promise<void> {
  const { tid, uid, identity } = account;
  const { id: grantId, issuerAgentId, tier } = row;
  if (issuerAgentId === null) throw new LendingRefused("not_open");
  const revocation = signRevocation({ tid, grantId, issuer: uid }, now().getTime(), identity.sign.secretKey);
  if (tier === "live") await itemsOf(issuerAgentId).change((held) => unlend(held, grantId));
  await grants.revoke({ grantId, revocation: encodeBase64url(revocation) });
}
