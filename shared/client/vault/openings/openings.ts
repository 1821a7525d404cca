import type { Opening } from "#shared/contracts/vault-openings.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime, utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { type KemKeys, makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { compareCodeOf } from "#shared/crypto/recovery/compare-code.ts";
import { combineShares, type RefusedShare, SharesRefused } from "#shared/crypto/recovery/split.ts";
import { currentKeyGen, memberAt, type OpenQuorum } from "#shared/crypto/vault/chain.ts";
import type { KeyRing } from "#shared/crypto/vault/grant.ts";
import {
  type HolderPart,
  type OpeningRequest,
  openHolderPart,
  openReason,
  openRelease,
  readOpening,
  sealReason,
  sealRelease,
  signOpening,
  unwrapRing,
} from "#shared/crypto/vault/quorum.ts";
import { type Id, newId } from "#shared/ids.ts";
import { ApiError } from "../../api-client.ts";
import { withEachIdentity } from "../../rotation/carried.ts";
import { followHead, type LockedHead, pinOf } from "../head.ts";
import type { VaultMeans } from "../state.ts";

const LASTS_MS = 15 * 60_000;
const CLOCK_SKEW_MS = 5 * 60_000;

/** An opening that this session asked for. Its secret key is here alone, and ends with the session. */
export interface Asked {
  readonly id: Id<"opening">;
  /** Six words, to be read to each holder: they see the same, unless somebody stands between. */
  readonly words: readonly string[];
  readonly expiresAt: string;
  readonly request: Uint8Array;
  readonly kem: KemKeys;
}

/** An opening that somebody else asks for. */
export interface AskedByOther {
  readonly id: Id<"opening">;
  readonly opener: Id<"user">;
  readonly reason: string;
  readonly words: readonly string[];
  readonly expiresAt: string;
  readonly answered: "released" | "denied" | null;
  readonly request: Uint8Array;
  readonly kemKey: OpeningRequest["kemKey"];
}

export interface OpeningProgress {
  readonly released: number;
  readonly needed: number;
  readonly denied: readonly Id<"user">[];
  /** Whose share was not the one they were given. */
  readonly forged: readonly Id<"user">[];
  /** With enough shares: the keys of the vault, for this session. */
  readonly ring: KeyRing | undefined;
}

export interface ThresholdHead extends LockedHead {
  readonly quorum: OpenQuorum;
  /** One's own part, sealed. */
  readonly part: Uint8Array;
}

/** The vault as its chain says, without its keys. @throws CryptoError as for any vault */
export async function readThreshold(means: VaultMeans, vaultId: Id<"vault">): Promise<ThresholdHead> {
  const pin = await means.pins.read(vaultId);
  const served = await means.api.getVault({ vaultId });
  const head = await followHead({ ...means, ...(pin && { pin }) }, served);
  await means.pins.write(vaultId, pinOf(head));
  const { quorum } = head.chain;
  demand(head.kind === "threshold" && quorum !== undefined, "crypto.context");
  return { ...head, quorum, part: decodeBase64url(served.key) };
}

export async function askOpening(means: VaultMeans, head: ThresholdHead, reason: string): Promise<Asked> {
  const { api, account, people, now } = means;
  const { tid, uid, bundleHash, identity } = account;
  const { vaultId, quorum } = head;
  const kem = makeKemKeys();
  const id = newId("opening", now());
  const atMs = now().getTime();
  const place = { tid, vaultId, setId: quorum.set.setId, openingId: id };
  const who = { opener: uid, bundleHash, kemKey: kem.publicKey };
  const notAfterMs = atMs + LASTS_MS;
  const request = signOpening({ ...place, ...who, atMs, notAfterMs }, identity.sign.secretKey);
  const reasons = [];
  for (const { person } of quorum.holders.filter((holder) => holder.person !== uid)) {
    await people.learn([person]);
    const keys = { sender: identity.sign, recipient: people.get(person).kemKey };
    const sealed = sealReason(utf8(reason), { opening: request, from: uid, to: person }, keys);
    reasons.push({ userId: person, reason: encodeBase64url(sealed) });
  }
  const served = await api.startOpening({ vaultId, id, request: encodeBase64url(request), reasons });
  const expiresAt = endOf(notAfterMs, served);
  return { id, words: compareCodeOf(kem.publicKey, quorum.set), expiresAt, request, kem };
}

/** What was signed; the platform, whose clock may differ, can end it sooner and not later. */
const endOf = (notAfterMs: number, { expiresAt }: Pick<Opening, "expiresAt">): string =>
  new Date(Math.min(notAfterMs, Date.parse(expiresAt))).toISOString();

/** How far an opening is, and the keys once enough shares are there. @throws ApiError("opening.not_found") when it has ended */
export async function lookAtOpening(means: VaultMeans, head: ThresholdHead, asked: Asked): Promise<OpeningProgress> {
  const { items } = await means.api.listOpenings({ vaultId: head.vaultId });
  const found = items.find(({ id }) => id === asked.id);
  if (!found) throw new ApiError("opening.not_found", "This opening has ended.");
  const { account, people } = means;
  const { quorum } = head;
  await people.learn([quorum.maker.person, ...quorum.holders.map(({ person }) => person)]);
  const own = openPart(means, head);
  const { good, forged } = openReleases(means, head, { asked, answers: found.answers });
  const shares = [{ from: account.uid, share: own.share }, ...good];
  const denied = found.answers.filter(({ answer }) => answer === "denied").map(({ userId }) => userId);
  const progress = { needed: quorum.set.threshold, denied };
  const signer = people.keyOf(quorum.maker.person, quorum.maker.bundleHash);
  const named = (refused: readonly RefusedShare[]) => [
    ...forged,
    ...refused.flatMap(({ at }) => shares[at]?.from ?? []),
  ];
  try {
    const bytes = shares.map(({ share }) => share);
    const { key, refused } = await combineShares(bytes, quorum.set, signer);
    const place = { tid: account.tid, vaultId: head.vaultId, setId: quorum.set.setId };
    const ring = unwrapRing(key, { ...place, keyGen: currentKeyGen(head.chain) }, own.ring);
    return { ...progress, released: shares.length - refused.length, forged: named(refused), ring };
  } catch (error) {
    if (!(error instanceof SharesRefused)) throw error;
    const { refused } = error;
    return { ...progress, released: shares.length - refused.length, forged: named(refused), ring: undefined };
  }
}

interface Answered {
  readonly asked: Asked;
  readonly answers: Opening["answers"];
}

/** What opens to our key and comes from a holder; from whom something else came is named. */
function openReleases({ account, people }: VaultMeans, { quorum }: ThresholdHead, { asked, answers }: Answered) {
  const good: { readonly from: Id<"user">; readonly share: Uint8Array }[] = [];
  const forged: Id<"user">[] = [];
  for (const { userId: from, share } of answers) {
    if (share === null) continue;
    try {
      const holder = quorum.holders.find(({ person }) => person === from);
      demand(holder !== undefined && !good.some((one) => one.from === from), "crypto.context");
      const keys = { sender: people.keyOf(from, holder.bundleHash), recipient: asked.kem };
      const of = { opening: asked.request, from, to: account.uid };
      good.push({ from, share: openRelease(decodeBase64url(share), of, keys) });
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      forged.push(from);
    }
  }
  return { good, forged };
}

function openPart({ account, people }: VaultMeans, { vaultId, quorum, part }: ThresholdHead): HolderPart {
  const { maker, set } = quorum;
  const place = { tid: account.tid, vaultId, setId: set.setId, from: maker.person, to: account.uid };
  const sender = people.keyOf(maker.person, maker.bundleHash);
  return withEachIdentity(account, ({ kem }) => openHolderPart(part, place, { sender, recipient: kem }));
}

/** What others ask for, as far as it is really theirs, of this set, and not over. */
export async function listAsked(means: VaultMeans, head: ThresholdHead): Promise<AskedByOther[]> {
  const { items } = await means.api.listOpenings({ vaultId: head.vaultId });
  const others = items.filter(({ openerId }) => openerId !== means.account.uid);
  await means.people.learn(others.map(({ openerId }) => openerId));
  return others.flatMap((opening) => {
    try {
      return [readAsked(means, head, opening)];
    } catch (error) {
      if (error instanceof CryptoError) return []; // nobody here asked for it
      throw error;
    }
  });
}

function readAsked({ account, people, now }: VaultMeans, head: ThresholdHead, opening: Opening): AskedByOther {
  const { id, openerId: opener, answers } = opening;
  const { chain, vaultId, quorum } = head;
  const bytes = decodeBase64url(opening.request);
  const member = memberAt(chain, opener, chain.seq);
  demand(member !== undefined, "crypto.context");
  const signer = people.keyOf(opener, member.bundleHash);
  const read = readOpening(bytes, signer);
  const isHere = read.tid === account.tid && read.vaultId === vaultId && read.setId === quorum.set.setId;
  demand(isHere && read.openingId === id && read.opener === opener, "crypto.context");
  demand(equalConstantTime(read.bundleHash, member.bundleHash), "crypto.context");
  const nowMs = now().getTime();
  demand(read.notAfterMs > nowMs && read.atMs <= nowMs + CLOCK_SKEW_MS, "crypto.expired");
  demand(read.notAfterMs - read.atMs <= LASTS_MS, "crypto.expired");
  const of = { opening: bytes, from: opener, to: account.uid };
  const sealed = decodeBase64url(opening.reason ?? "");
  const reason = withEachIdentity(account, ({ kem }) => openReason(sealed, of, { sender: signer, recipient: kem }));
  return {
    ...{ id, opener, expiresAt: endOf(read.notAfterMs, opening), request: bytes, kemKey: read.kemKey },
    reason: utf8Decode(reason),
    words: compareCodeOf(read.kemKey, quorum.set),
    answered: answers.find(({ userId }) => userId === account.uid)?.answer ?? null,
  };
}

/** Seals one's share to the key of an opening, whose words were compared with the one who asks; or denies it. */
export async function answerAsked(
  means: VaultMeans,
  head: ThresholdHead,
  { asked, answer }: { readonly asked: AskedByOther; readonly answer: "released" | "denied" },
): Promise<void> {
  const { api, account, people } = means;
  await people.learn([head.quorum.maker.person]);
  const place = { vaultId: head.vaultId, openingId: asked.id, answer };
  if (answer === "denied") return void (await api.answerOpening({ ...place, share: null }));
  const { share } = openPart(means, head);
  const of = { opening: asked.request, from: account.uid, to: asked.opener };
  const sealed = sealRelease(share, of, { sender: account.identity.sign, recipient: asked.kemKey });
  await api.answerOpening({ ...place, share: encodeBase64url(sealed) });
}
