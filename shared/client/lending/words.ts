import type { GrantView, Period } from "#shared/contracts/grants.ts";
import type { Lending, Unreadable } from "./read.ts";

export const PERIOD_WORDS: Readonly<Record<Period, string>> = {
  day: "for a day",
  week: "for a week",
  month: "for a month",
  always: "until it is taken back",
};

/** Exactly what is allowed, or asked for, in the words that every client shows. */
export function describeTerms({ row, letter, handed }: Lending): string[] {
  const { sites, methods } = handed?.grant ?? letter;
  const where = `${methods.join(", ")} to ${sites.join(", ")}`;
  if (!handed) return [where, countOf(letter.maxUses), PERIOD_WORDS[letter.period]];
  const { maxUses, notAfterMs, asks } = handed.grant;
  const until =
    notAfterMs === 0
      ? PERIOD_WORDS.always
      : `until ${new Date(notAfterMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const whom = row.side === "issuer" ? "you are" : "its owner is";
  return [
    where,
    `${countOf(maxUses)}, ${row.uses} used`,
    until,
    asks ? `${whom} asked each time` : `${whom} not asked each time`,
  ];
}

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
