import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Grant, shareIdOf, signGrant } from "#shared/crypto/grants/grant.ts";
import { writeHanded } from "#shared/crypto/grants/handed.ts";
import type { Tier } from "#shared/crypto/grants/terms.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import type { KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { may } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { fieldsOf, openById } from "../agent-items/offer.ts";
import { sealFor } from "../shares/shares.ts";
import type { VaultBook } from "../vault/vault-book.ts";
import type { LendingMeans } from "./lendings.ts";
import { isWithin, latestEnd, sealFrom, type Terms } from "./letter.ts";
import type { Lending } from "./read.ts";
import { LendingRefused } from "./refused.ts";

/** What somebody gives: which item, by which of their agents, and how much of what was asked for. */
export interface Approval extends Omit<Terms, "notAfterMs" | "tier"> {
  /** Acts in the live tier; in the sealed one it is only named. */
  readonly agentId: Id<"agent">;
  readonly vaultId: Id<"vault">;
  readonly itemId: Id<"item">;
  readonly as: string;
  /** At most the time that was asked for, from now on; the whole of it, if it is not said. */
  readonly notAfterMs?: number | undefined;
  readonly asks: boolean;
  /** The secret is handed over only where this says so. */
  readonly tier?: Tier | undefined;
}

/** The signed grant, sealed to both; and in the sealed tier the item's keys. @throws LendingRefused, CryptoError, ItemChanged */
export async function makeGrant(means: LendingMeans, lending: Lending, approval: Approval) {
  const { row, letter, otherId, changed } = lending;
  const { account, now } = means;
  const { agentId, vaultId, itemId, as, sites, methods, maxUses, asks, tier = "live" } = approval;
  if (row.state !== "asked" || row.side !== "issuer") throw new LendingRefused("not_open");
  const notAfterMs = approval.notAfterMs ?? latestEnd(letter, now().getTime()) ?? 0;
  if (!isWithin({ sites, methods, maxUses, notAfterMs, tier }, letter, now().getTime()))
    throw new LendingRefused("wider");
  const vaults = await means.openVaults();
  await vaults.people.learnAgain(otherId); // sealed to the keys they have now, if they asked by these
  const other = vaults.people.get(otherId);
  if (changed || other.sinceMs > Date.parse(row.createdAt)) throw new LendingRefused("keys_changed");
  const book = await openById(vaults, vaultId);
  if (!may(book.head().rights, "share")) throw new LendingRefused("may_not_hand_on");
  const { content } = await book.read(itemId);
  if (tier === "sealed" && content.type === "file") throw new LendingRefused("file");
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
    ...{ as, sites, methods, maxUses, notAfterMs, fields: fieldsOf(content).map(({ name }) => name) },
    ...{ asks: asks && tier === "live", tier, nonce: makeBytes(16) },
  };
  const bytes = signGrant(grant, account.identity.sign.secretKey);
  const handed = writeHanded({ bytes, issuerKem: own.kemKey });
  const seal = (reader: Id<"user">, recipient: KemPublicKey) =>
    sealFrom(account, "grant-handed", { grantId: row.id, reader, recipient }, handed);
  const notAfter = notAfterMs === 0 ? null : new Date(notAfterMs).toISOString();
  return {
    ...{ grantId: row.id, agentId, maxUses, notAfter, tier },
    ...(tier === "sealed" ? { share: await shareFor(means, book, { grant, notAfter }) } : {}),
    grant: { toIssuer: seal(account.uid, account.identity.kem.publicKey), toSubject: seal(otherId, other.kemKey) },
  };
}

interface Handing {
  readonly grant: Grant;
  readonly notAfter: string | null;
}

/** The keys of the item for the grant's subject: to read, until the grant's end, under its id. */
async function shareFor(
  { account, openVaults }: LendingMeans,
  book: VaultBook,
  { grant: { grantId, subject, itemId }, notAfter }: Handing,
) {
  const { people } = await openVaults();
  const terms = { level: "read", expiresAt: notAfter, opensMax: null } as const;
  const sealing = await sealFor({ account, people }, book, {
    ...{ id: shareIdOf(grantId), itemId, to: subject.userId },
    ...terms,
  });
  return { vaultId: book.vaultId, itemId, ...sealing };
}
