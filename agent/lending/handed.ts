import { type Id, newId } from "#shared/ids.ts";
import { Refused } from "../vault/references.ts";
import type { Reply } from "../vault/request.ts";
import { type Acting, reasonAgainstMethod } from "./acting.ts";
import type { LendingHeld } from "./held.ts";

export interface HandedInput {
  readonly held: Pick<LendingHeld, "findBorrowed">;
  readonly acting: Acting;
  readonly now: () => number;
  /** Reads what others have taken back. */
  readonly look: () => Promise<void>;
}

/**
 * A use of what another person has handed over: this agent sends it, within the grant's sites, methods, time and number. Before each use
 * it asks whether the grant was taken back, and does nothing where it cannot ask. @throws Refused
 */
export async function useHanded(input: HandedInput, grantId: Id<"grant">, text: string): Promise<Reply> {
  const { held, acting, now, look } = input;
  await look().catch(() => {
    throw new Refused("Whether the grant was taken back could not be asked. Try again later.");
  });
  const grant = held.findBorrowed(grantId)?.grant;
  if (!grant) throw new Refused("Nothing is held under this grant now.");
  const useId = newId("use", new Date(now()));
  const reason = acting.reasonAgainst(grant, useId) ?? reasonAgainstMethod(grant, text);
  if (reason) throw new Refused(reason);
  const { answer } = await acting.send(grant, { useId, text, findItem: () => held.findBorrowed(grantId)?.item });
  if ("error" in answer) throw new Refused(answer.error);
  return answer.reply;
}
