import { type KeyringPin, unlockByPhrase } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { findUnknownWords } from "#shared/crypto/slots/bip39.ts";
import type { Id } from "#shared/ids.ts";

const WORDS = 12;

export interface Checked {
  readonly is: "right" | "unfinished" | "unknown" | "mistyped" | "other" | "refused";
  readonly says: string;
}

interface Place {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
}

/** What is typed so far: how much is missing, and which words stand in no list. Nothing of it is sent. */
export function readWords(typed: string): Checked | undefined {
  const count = typed.trim() === "" ? 0 : typed.trim().split(/\s+/u).length;
  const unknown = findUnknownWords(typed).map((position) => position + 1);
  if (unknown.length > 0 && count >= WORDS) return { is: "unknown", says: sayUnknown(unknown) };
  if (count === WORDS) return undefined;
  return { is: "unfinished", says: `${count} of ${WORDS} words.` };
}

/** Opens the keyring by the words, on this device, and keeps nothing of what it finds: only whether it opened. */
export function checkWords(typed: string, keyring: Keyring, { tid, uid }: Place, pin?: KeyringPin): Checked {
  const unfinished = readWords(typed);
  if (unfinished) return unfinished;
  try {
    unlockByPhrase(keyring, { tid, uid }, typed, { pin });
    return { is: "right", says: "These words open your vault." };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return REFUSALS[error.code] ?? REFUSED;
  }
}

const REFUSED: Checked = {
  is: "refused",
  says: "The keyring the server gave does not fit what this device saw before. Nothing was changed; tell your operator.",
};
const REFUSALS: Partial<Record<CryptoError["code"], Checked>> = {
  "crypto.phrase": {
    is: "mistyped",
    says: "Every word is in the list, but together they are no recovery phrase. Look at their order and their spelling.",
  },
  "crypto.commitment": {
    is: "other",
    says: "This is a recovery phrase, but not the one of this vault. It may belong to another organisation or account.",
  },
};

function sayUnknown(positions: readonly number[]): string {
  const [first] = positions;
  if (positions.length === 1) return `Word ${first} is not in the list of recovery words.`;
  return `Words ${positions.slice(0, -1).join(", ")} and ${positions.at(-1)} are not in the list of recovery words.`;
}
