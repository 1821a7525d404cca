import { type ChainState, currentKeyGen } from "#shared/crypto/vault/chain.ts";
import { lastLoss } from "./exposure.ts";

const KEY_LIFE_DAYS = 90;
const DAY_MS = 24 * 3600_000;

/** How old a vault's key is, by the dates that its members signed. */
export interface KeyAge {
  readonly days: number;
  readonly dueAt: Date;
  /** age: ninety days are over · left: somebody who could read has left by themselves, and the key is still the one they had. */
  readonly due: "age" | "left" | undefined;
}

export function keyAgeOf(chain: ChainState, now: Date): KeyAge {
  const keyGen = currentKeyGen(chain);
  const begun = chain.steps[(chain.generations[keyGen - 1]?.seq ?? 1) - 1]?.step.atMs ?? now.getTime();
  const dueAt = new Date(begun + KEY_LIFE_DAYS * DAY_MS);
  const days = Math.max(0, Math.floor((now.getTime() - begun) / DAY_MS));
  if (chain.kind === "threshold") return { days, dueAt, due: undefined }; // its key changes with the parts of its holders
  if (lastLoss(chain, keyGen)) return { days, dueAt, due: "left" };
  return { days, dueAt, due: dueAt <= now ? "age" : undefined };
}
