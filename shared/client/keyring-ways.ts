import type { keyringContract } from "#shared/contracts/keyring.ts";
import type { DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import type { SlotPasskey } from "#shared/crypto/slots/passkey-slot.ts";
import type { Id } from "#shared/ids.ts";
import type { Client } from "./api-client.ts";
import {
  addPasskey,
  changePassphrase,
  type KeyringChange,
  keepKeyring,
  removeSlot,
  renewPhrase,
  renewRecoveryKey,
} from "./change-keyring.ts";
import type { Account, KeyringPin } from "./keyring.ts";

/** The ways to open the vault, changed by whoever knows the passphrase. Each throws CryptoError for a wrong one. */
export interface KeyringWays {
  /** The new one opens the same vault in place of the present one, which opens nothing that is served. */
  changePassphrase(present: string, next: string): Promise<void>;
  /** Twelve new words; those from before open this vault no more. */
  renewRecoveryPhrase(passphrase: string): Promise<string>;
  prepareRecoveryPhrase(passphrase: string): Promise<Prepared>;
  prepareRecoveryKey(passphrase: string): Promise<Prepared>;
  addPasskey(passphrase: string, passkey: SlotPasskey): Promise<void>;
  /** @throws LastWay */
  remove(passphrase: string, slotId: Id<"slot">): Promise<void>;
}

/** Made on this device, and in force only when it was shown that it is held: until then what there was goes on opening. */
export interface Prepared {
  readonly shown: string;
  keep(): Promise<void>;
}

export interface WaysMeans {
  readonly api: Pick<Client<typeof keyringContract>, "getKeyring" | "changeKeyring" | "recordRecoveryCheck">;
  readonly deriveArgon2id: DeriveArgon2id;
  readonly now: () => Date;
  /** Who has the vault open, and the keyring that this device saw last. */
  readonly readOpen: () => Promise<{ readonly account: Account; readonly pin: KeyringPin }>;
  /** Told of the keyring as it is after a change: from then on this device refuses the one from before. */
  readonly keepPin: (account: Account, pin: KeyringPin) => Promise<void>;
}

type Make<C extends KeyringChange> = (
  served: Parameters<typeof removeSlot>[0],
  account: Account,
  means: Parameters<typeof removeSlot>[3],
) => Promise<C>;

export function openKeyringWays({ api, deriveArgon2id, now, readOpen, keepPin }: WaysMeans): KeyringWays {
  const prepare = async <C extends KeyringChange>(make: Make<C>) => {
    const { account, pin } = await readOpen();
    const change = await make(await api.getKeyring({}), account, { deriveArgon2id, now: now(), pin });
    const keep = async () => {
      await keepKeyring(api, change.request);
      await keepPin(account, change.pin);
    };
    const keepChecked = async (type: "bip39" | "hardware_key") => {
      await keep();
      await api.recordRecoveryCheck({ type });
    };
    return { change, keep, keepChecked };
  };
  const change = async <C extends KeyringChange>(make: Make<C>): Promise<C> => {
    const prepared = await prepare(make);
    await prepared.keep();
    return prepared.change;
  };
  return {
    async changePassphrase(present, next) {
      await change((served, account, means) => changePassphrase(served, account, { present, next }, means));
    },
    async renewRecoveryPhrase(passphrase) {
      const made = await change((served, account, means) => renewPhrase(served, account, passphrase, means));
      return made.recoveryPhrase;
    },
    async prepareRecoveryPhrase(passphrase) {
      const made = await prepare((served, account, means) => renewPhrase(served, account, passphrase, means));
      return { shown: made.change.recoveryPhrase, keep: () => made.keepChecked("bip39") };
    },
    async prepareRecoveryKey(passphrase) {
      const made = await prepare((served, account, means) => renewRecoveryKey(served, account, passphrase, means));
      return { shown: made.change.recoveryKey, keep: () => made.keepChecked("hardware_key") };
    },
    async addPasskey(present, passkey) {
      await change((served, account, means) => addPasskey(served, account, { present, passkey }, means));
    },
    async remove(present, slotId) {
      await change((served, account, means) => removeSlot(served, account, { present, slotId }, means));
    },
  };
}
