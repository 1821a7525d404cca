import {
  addPasskey,
  changePassphrase,
  type KeyringChange,
  keepKeyring,
  removeSlot,
  renewPhrase,
  renewRecoveryKey,
} from "#shared/client/change-keyring.ts";
import type { Account } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import type { SlotPasskey } from "#shared/crypto/slots/passkey-slot.ts";
import type { Id } from "#shared/ids.ts";
import { keyring } from "../../api.ts";
import { workerArgon2id } from "../../device/argon2.ts";
import { keepPin, vaultState } from "../vault.ts";

/** The vault opens by the new passphrase from now on, and the old one opens nothing that is served. */
export const changeVaultPassphrase = async (present: string, next: string): Promise<void> =>
  void (await changeKeyring((served, account, means) => changePassphrase(served, account, { present, next }, means)));

/** Twelve new words; those from before open this vault no more. */
export const renewVaultPhrase = async (passphrase: string): Promise<string> =>
  (await changeKeyring((served, account, means) => renewPhrase(served, account, passphrase, means))).recoveryPhrase;

/** Made on this device, and in force only when it was shown that it is held: until then what there was goes on opening. */
export interface Prepared {
  readonly shown: string;
  keep(): Promise<void>;
}

export async function prepareVaultPhrase(passphrase: string): Promise<Prepared> {
  const prepared = await prepare((served, account, means) => renewPhrase(served, account, passphrase, means));
  return { shown: prepared.change.recoveryPhrase, keep: () => keepChecked(prepared, "bip39") };
}

export async function prepareVaultKey(passphrase: string): Promise<Prepared> {
  const prepared = await prepare((served, account, means) => renewRecoveryKey(served, account, passphrase, means));
  return { shown: prepared.change.recoveryKey, keep: () => keepChecked(prepared, "hardware_key") };
}

export const addVaultPasskey = async (present: string, passkey: SlotPasskey): Promise<void> =>
  void (await changeKeyring((served, account, means) => addPasskey(served, account, { present, passkey }, means)));

export const removeVaultWay = async (present: string, slotId: Id<"slot">): Promise<void> =>
  void (await changeKeyring((served, account, means) => removeSlot(served, account, { present, slotId }, means)));

type Means = Parameters<typeof changePassphrase>[3];

interface Prepares<C extends KeyringChange> {
  readonly account: Account;
  readonly change: C;
}

type Make<C extends KeyringChange> = (served: Keyring, account: Account, means: Means) => Promise<C>;

async function changeKeyring<C extends KeyringChange>(make: Make<C>): Promise<C> {
  const prepared = await prepare(make);
  await keep(prepared);
  return prepared.change;
}

async function prepare<C extends KeyringChange>(make: Make<C>): Promise<Prepares<C>> {
  const state = vaultState.get();
  if (state.is !== "open") throw new Error("The vault is locked.");
  const { account, pin } = state;
  const means = { deriveArgon2id: workerArgon2id, now: new Date(), pin };
  return { account, change: await make(await keyring.getKeyring({}), account, means) };
}

/** Afterwards this browser refuses the keyring from before, should the server bring it back. */
async function keep({ account, change }: Prepares<KeyringChange>): Promise<void> {
  await keepKeyring(keyring, change.request);
  await keepPin(account, change.pin);
}

async function keepChecked(prepared: Prepares<KeyringChange>, type: "bip39" | "hardware_key"): Promise<void> {
  await keep(prepared);
  await keyring.recordRecoveryCheck({ type });
}
