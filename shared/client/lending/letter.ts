import * as z from "zod";
import { Sites } from "#shared/channel/app-vault.ts";
import { parseJson } from "#shared/channel/envelope.ts";
import { type GrantView, PERIOD_NAMES, PERIODS, Uses } from "#shared/contracts/grants.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime, utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import type { Grant } from "#shared/crypto/grants/grant.ts";
import { type LetterPlace, sealLetter } from "#shared/crypto/grants/handed.ts";
import { METHODS, TIERS } from "#shared/crypto/grants/terms.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import type { KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { idOf } from "#shared/ids.ts";
import type { Account } from "../keyring.ts";

/** What one person asks of another, sealed between them: for which agent, what for, and how much of it at most. */
export const Wish = z.object({
  what: z.string().trim().min(1).max(120),
  reason: z.string().trim().min(1).max(1_000),
  sites: Sites,
  methods: z.array(z.enum(METHODS)).min(1).max(METHODS.length),
  period: z.enum(PERIOD_NAMES),
  maxUses: Uses,
  tier: z.enum(TIERS).default("live"),
});
export type Wish = z.input<typeof Wish>;

const Letter = Wish.extend({
  v: z.literal(1),
  agentId: idOf("agent"),
  agentName: z.string().max(200),
  signKey: z.string().length(43),
  kemKey: z.string().max(1_700),
});
export type Letter = z.infer<typeof Letter>;

export const writeLetter = (letter: Letter): Uint8Array => utf8(JSON.stringify(letter));

/** @throws CryptoError for what is no request, or not the one that the platform keeps it for */
export function readLetter(
  bytes: Uint8Array,
  row: Pick<GrantView, "subjectAgentId" | "period" | "maxUses" | "tier" | "grant">,
): Letter {
  const letter = Letter.safeParse(parseJson(utf8Decode(bytes))).data;
  if (!letter) throw new CryptoError("crypto.format");
  demand(letter.agentId === row.subjectAgentId && letter.period === row.period, "crypto.context");
  demand(letter.maxUses >= row.maxUses, "crypto.context"); // given, it may be less
  demand(letter.tier === row.tier || (row.grant !== null && row.tier === "live"), "crypto.context");
  return letter;
}

export type Terms = Pick<Grant, "sites" | "methods" | "maxUses" | "notAfterMs" | "tier">;

const DAY_MS = 86_400_000;
const SLACK_MS = 10 * 60_000;

/** The latest moment that a grant for this time may end; undefined where it need not end. */
export const latestEnd = ({ period }: Pick<Wish, "period">, nowMs: number): number | undefined => {
  const days = PERIODS[period];
  return days === null ? undefined : nowMs + days * DAY_MS;
};

/** Nothing beyond what was asked for: no other site or method, not more often, not for longer, and no secret instead of its use. */
export function isWithin(
  terms: Terms,
  wish: Pick<Wish, "sites" | "methods" | "maxUses" | "period" | "tier">,
  nowMs: number,
) {
  const latest = latestEnd(wish, nowMs);
  const isInTime = latest === undefined || (terms.notAfterMs !== 0 && terms.notAfterMs <= latest + SLACK_MS);
  const isSame = terms.sites.every((site) => wish.sites.includes(site)) && terms.maxUses <= wish.maxUses;
  const isInTier = terms.tier === "live" || wish.tier === "sealed";
  return isSame && isInTime && isInTier && terms.methods.every((one) => wish.methods.includes(one));
}

/** @throws crypto.context for a grant that is not an answer to this letter: to another agent, or with more in it */
export function demandAnswers(grant: Grant, letter: Letter, nowMs: number): void {
  const { agentId, signKey, kemHash } = grant.subject;
  const isTheirs =
    agentId === letter.agentId &&
    equalConstantTime(signKey, decodeBase64url(letter.signKey)) &&
    equalConstantTime(kemHash, sha256(decodeBase64url(letter.kemKey)));
  demand(isTheirs && isWithin(grant, letter, nowMs), "crypto.context");
}

/** A letter of this account about one grant, for one of its two people. */
export const sealFrom = (
  { tid, uid, identity }: Account,
  purpose: "grant-request" | "grant-handed",
  to: Pick<LetterPlace, "grantId" | "reader"> & { readonly recipient: KemPublicKey },
  plaintext: Uint8Array,
): string => {
  const place = { tid, grantId: to.grantId, sender: uid, reader: to.reader };
  return encodeBase64url(sealLetter(purpose, place, { sender: identity.sign, recipient: to.recipient }, plaintext));
};
