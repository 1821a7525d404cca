import { siteOf } from "#shared/client/agent-items/grants.ts";
import type { Lending } from "#shared/client/lending/read.ts";
import type { TakenBack } from "#shared/client/lending/take-back.ts";
import { HANDED_OVER } from "#shared/client/lending/words.ts";
import { METHODS, type Method, type Tier } from "#shared/crypto/grants/terms.ts";
import { UsageError } from "../../failure.ts";

/** The terms of a grant, as the command line takes them and says them. */
export interface TierOptions {
  readonly tier?: Tier;
  readonly handOver?: true;
}

/** Nothing is handed over that nobody has said to: a request for the secret is answered with a word about which of the two it is to be. */
export function readTier({ letter }: Lending, { tier, handOver }: TierOptions): Tier {
  if (letter.tier === "live" && (handOver || tier === "sealed"))
    throw new UsageError("They have not asked for the secret itself.");
  if (handOver && tier === "live") throw new UsageError("Say --hand-over or --tier live, not both.");
  if (handOver) return "sealed";
  if (letter.tier === "live" || tier === "live") return "live";
  throw new UsageError(`They ask for the secret itself. ${HANDED_OVER} Say --hand-over, or --tier live.`);
}

export function sayRevoked({ tier, isSealedAnew }: TakenBack): string[] {
  if (tier === "live") return ["Revoked. Your agent refuses from now on."];
  const keys = isSealedAnew ? "The item has other keys." : "Its keys stay: it is gone, or you may not write there.";
  return [`Revoked. Their agent refuses from now on. ${keys}`, "They have held it: change the secret at its provider."];
}

export function readCount(text: string): number {
  if (!/^[1-9]\d{0,4}$/.test(text)) throw new UsageError("--uses takes a number from 1 to 10000.");
  return Number(text);
}

export function readSites(texts: readonly string[]): string[] {
  const sites = texts.map(siteOf).filter((one) => one !== undefined);
  if (sites.length !== texts.length) throw new UsageError("A site looks like this: --site https://api.example.org");
  return sites;
}

/** Undefined where none is named. */
export function readMethods(names: readonly string[]): Method[] | undefined {
  const methods = METHODS.filter((method) => names.some((name) => name.toUpperCase() === method));
  if (methods.length !== new Set(names.map((name) => name.toUpperCase())).size)
    throw new UsageError(`No such method. There are ${METHODS.join(", ")}.`);
  return methods.length > 0 ? methods : undefined;
}
