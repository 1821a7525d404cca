import type { Account, KeyringPin } from "#shared/client/keyring.ts";
import { checkWords, readWords } from "./check-words.ts";
import { HeldCheck } from "./held-check.tsx";

/** All twelve words: three could only be compared with a phrase that is kept, and none is. */
export function RecoveryCheck({ account, pin }: { account: Account; pin: KeyringPin | undefined }) {
  return (
    <HeldCheck
      type="bip39"
      label="Your twelve words"
      action="Check the words on this device"
      read={readWords}
      whole="All twelve are in the list."
      check={(typed, keyring) => checkWords(typed, keyring, account, pin)}
    />
  );
}
