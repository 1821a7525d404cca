import { type AccountPlace, type KeyringPin, unlockByRecoveryKey } from "#shared/client/keyring.ts";
import { findKeyFault } from "#shared/client/recovery/say-key.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Checked } from "./check-words.ts";

const TONES = { unfinished: "unfinished", strange: "unknown", mistyped: "mistyped" } as const;

/** What of a recovery key is typed so far. Nothing of it is sent. */
export function readKey(typed: string): Checked | undefined {
  const fault = findKeyFault(typed.trim());
  return fault && { is: TONES[fault.is], says: fault.says };
}

/** Opens the keyring by the key, on this device, and keeps nothing of what it finds. */
export function checkKey(typed: string, keyring: Keyring, { tid, uid }: AccountPlace, pin?: KeyringPin): Checked {
  const fault = readKey(typed);
  if (fault) return fault;
  try {
    unlockByRecoveryKey(keyring, { tid, uid }, typed.trim(), { pin });
    return { is: "right", says: "This key opens your vault." };
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    return error.code === "crypto.commitment" ? OTHER : REFUSED;
  }
}

const OTHER: Checked = {
  is: "other",
  says: "This is a recovery key, but not the one of this vault. It may belong to another organisation or account, or have been replaced.",
};
const REFUSED: Checked = {
  is: "refused",
  says: "The keyring the server gave does not fit what this device saw before. Nothing was changed; tell your operator.",
};
