import * as z from "zod";
import { Sites } from "#shared/channel/app-vault.ts";
import { parseJson } from "#shared/channel/envelope.ts";
import { type GrantView, PERIOD_NAMES, PERIODS, Uses } from "#shared/contracts/grants.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { equalConstantTime, utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { type Grant, METHODS } from "#shared/crypto/grants/grant.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { idOf } from "#shared/ids.ts";

/** What one person asks of another, sealed between them: for which agent, what for, and how much of it at most. */
export const Wish = z.object({
  what: z.string().trim().min(1).max(120),
  reason: z.string().trim().min(1).max(1_000),
  sites: Sites,
  methods: z.array(z.enum(METHODS)).min(1).max(METHODS.length),
  period: z.enum(PERIOD_NAMES),
  maxUses: Uses,
});
export type Wish = z.infer<typeof Wish>;

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
export function readLetter(bytes: Uint8Array, row: Pick<GrantView, "subjectAgentId" | "period" | "maxUses">): Letter {
  const letter = Letter.safeParse(parseJson(utf8Decode(bytes))).data;
  if (!letter) throw new CryptoError("crypto.format");
  demand(letter.agentId === row.subjectAgentId && letter.period === row.period, "crypto.context");
  demand(letter.maxUses >= row.maxUses, "crypto.context"); // given, it may be less
  return letter;
}

export type Terms = Pick<Grant, "sites" | "methods" | "maxUses" | "notAfterMs">;

const DAY_MS = 86_400_000;
const SLACK_MS = 10 * 60_000;

/** The latest moment that a grant for this time may end; undefined where it need not end. */
export const latestEnd = ({ period }: Pick<Wish, "period">, nowMs: number): number | undefined => {
  const days = PERIODS[period];
  return days === null ? undefined : nowMs + days * DAY_MS;
};

/** Nothing beyond what was asked for: no other site or method, not more often, and not for longer. */
export function isWithin(terms: Terms, wish: Pick<Wish, "sites" | "methods" | "maxUses" | "period">, nowMs: number) {
  const latest = latestEnd(wish, nowMs);
  const isInTime = latest === undefined || (terms.notAfterMs !== 0 && terms.notAfterMs <= latest + SLACK_MS);
  const isSame = terms.sites.every((site) => wish.sites.includes(site));
  return (
    isSame && isInTime && terms.maxUses <= wish.maxUses && terms.methods.every((one) => wish.methods.includes(one))
  );
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
