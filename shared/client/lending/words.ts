import type { GrantView, Period } from "#shared/contracts/grants.ts";
import type { Tier } from "#shared/crypto/grants/terms.ts";
import type { Lending, Unreadable } from "./read.ts";

export const PERIOD_WORDS: Readonly<Record<Period, string>> = {
  day: "for a day",
  week: "for a week",
  month: "for a month",
  always: "until it is taken back",
};

/** To whoever hands a secret over, at that moment. */
export const HANDED_OVER =
  "They hold the secret; taking it back means changing it at the provider. They get the whole item, notes included, and only their own agent keeps to the sites and the number of times.";

type TierWords = Readonly<Record<Tier, { readonly name: string; readonly says: string }>>;

/** The two tiers, to the one who asks. */
export const ASKED_WORDS: TierWords = {
  live: { name: "Its use", says: "Their agent sends the requests, and the secret stays with them." },
  sealed: { name: "The secret itself", says: "You and your agent hold it, and use it while their agent sleeps." },
};

/** And to the one who is asked for the secret. */
export const GIVEN_WORDS: TierWords = {
  live: { name: "Its use alone", says: "Your agent sends the requests, and the secret stays with you." },
  sealed: { name: "The secret itself", says: "They and their agent hold it from then on." },
};

const HELD = "the secret was handed over";

/** While it is given, and once it is over: what was seen cannot be unseen. */
const sayHeld = ({ state }: Lending["row"]): string =>
  state === "approved"
    ? `${HELD}: taking it back means changing it at the provider`
    : `${HELD}: it has to be changed at the provider`;

/** Exactly what is allowed, or asked for, in the words that every client shows. */
export function describeTerms({ row, letter, handed }: Lending): string[] {
  const { sites, methods } = handed?.grant ?? letter;
  const where = `${methods.join(", ")} to ${sites.join(", ")}`;
  if (!handed) return [...askedTier(letter), where, countOf(letter.maxUses), PERIOD_WORDS[letter.period]];
  const { maxUses, notAfterMs, asks, tier } = handed.grant;
  const until =
    notAfterMs === 0
      ? PERIOD_WORDS.always
      : `until ${new Date(notAfterMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const isIssuer = row.side === "issuer";
  if (tier === "sealed")
    return [where, `${countOf(maxUses)}, as ${isIssuer ? "their" : "your"} own agent counts`, until, sayHeld(row)];
  const whom = isIssuer ? "you are" : "its owner is";
  return [
    where,
    `${countOf(maxUses)}, ${row.uses} used`,
    until,
    asks ? `${whom} asked each time` : `${whom} not asked each time`,
  ];
}

const askedTier = ({ tier }: Lending["letter"]): string[] =>
  tier === "sealed" ? ["the secret itself, for person and agent to hold"] : [];

const countOf = (uses: number): string => (uses === 1 ? "once" : `at most ${uses} times`);

/** What stands against one that cannot be used, and what to do about it; undefined of one that can. */
export function describeTrouble(one: Lending | Unreadable, name: string): string | undefined {
  const { row, changed } = one;
  if (changed && ("trouble" in one || row.state === "asked")) {
    const who = changed === "you" ? "you changed all your keys" : `${name} changed all their keys`;
    return `With ${name}: ${who} since. Nothing is done by it. ${toDo(row)}`;
  }
  if (!("trouble" in one)) return undefined;
  return `With ${name}: what the service shows is not what the two of you have sealed. Nothing is done by it.`;
}

function toDo({ side, state }: Pick<GrantView, "side" | "state">): string {
  const isIssuer = side === "issuer";
  if (state === "asked") return isIssuer ? "Deny it: it has to be asked for again." : "Withdraw it, and ask again.";
  if (state !== "approved") return "It has ended.";
  return isIssuer ? "Take it back: it has to be asked for again." : "Ask again.";
}
