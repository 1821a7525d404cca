import { type ChainState, currentKeyGen } from "#shared/crypto/vault/chain.ts";
import { lastLoss } from "../items/exposure.ts";

const KEY_LIFE_DAYS = 90;
const DAY_MS = 24 * 3600_000;

/** How old a vault's key is, by the dates that its members signed. */
export interface KeyAge {
  readonly days: number;
  readonly dueAt: Date;
  /**
   * age: ninety days are over · left: somebody who could read has left by themselves, and the key is still the one they had · renewed: a
   * member has changed all their keys, and whoever held their old ones has the vault's.
   */
  readonly due: "age" | "left" | "renewed" | undefined;
}

export function keyAgeOf(chain: ChainState, now: Date): KeyAge {
  const keyGen = currentKeyGen(chain);
  const begun = chain.steps[(chain.generations[keyGen - 1]?.seq ?? 1) - 1]?.step.atMs ?? now.getTime();
  const dueAt = new Date(begun + KEY_LIFE_DAYS * DAY_MS);
  const days = Math.max(0, Math.floor((now.getTime() - begun) / DAY_MS));
  if (chain.kind === "threshold") return { days, dueAt, due: undefined }; // its key changes with the parts of its holders
  if (lastLoss(chain, keyGen)) return { days, dueAt, due: "left" };
  if (isRenewedSince(chain, keyGen)) return { days, dueAt, due: "renewed" };
  return { days, dueAt, due: dueAt <= now ? "age" : undefined };
}

function isRenewedSince({ steps, generations }: ChainState, keyGen: number): boolean {
  const from = generations[keyGen - 1]?.seq ?? 0;
  return steps.some(({ step: { seq, does } }) => seq > from && does.kind === "renew");
}
