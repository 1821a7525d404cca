import type { Id } from "#shared/ids.ts";
import type { VaultMeans } from "../state.ts";
import { openVaultBook, type VaultBook } from "../vault-book.ts";
import {
  type Asked,
  type AskedByOther,
  answerAsked,
  askOpening,
  listAsked,
  lookAtOpening,
  type OpeningProgress,
  readThreshold,
  type ThresholdHead,
} from "./openings.ts";

/** A vault that several open together, as one of its holders sees it. */
export interface ThresholdVault {
  read(): Promise<ThresholdHead>;
  /** Asks the others; the reason is sealed to them. */
  ask(reason: string): Promise<Asked>;
  /** With enough shares the vault is open in this session, until the opening ends. */
  look(asked: Asked): Promise<OpeningProgress>;
  others(): Promise<readonly AskedByOther[]>;
  answer(asked: AskedByOther, answer: "released" | "denied"): Promise<void>;
}

/** @param onOpen is given the vault once it is open, and until when it is */
export function openThreshold(
  means: VaultMeans,
  vaultId: Id<"vault">,
  onOpen: (book: VaultBook, until: string) => void,
): ThresholdVault {
  const read = () => readThreshold(means, vaultId);
  return {
    read,
    ask: async (reason) => askOpening(means, await read(), reason),
    async look(asked) {
      const progress = await lookAtOpening(means, await read(), asked);
      const { ring } = progress;
      if (ring) onOpen(await openVaultBook({ ...means, opened: { ring } }, vaultId), asked.expiresAt);
      return progress;
    },
    others: async () => listAsked(means, await read()),
    answer: async (asked, answer) => answerAsked(means, await read(), { asked, answer }),
  };
}
