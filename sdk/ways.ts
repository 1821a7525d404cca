import {
  changePassphrase,
  type KeyringChange,
  keepKeyring,
  removeSlot,
  renewPhrase,
  renewRecoveryKey,
} from "#shared/client/change-keyring.ts";
import type { Clients } from "#shared/client/clients.ts";
import type { Database } from "#shared/client/device/database.ts";
import {
  type Account,
  type AccountPlace,
  type KeyringPin,
  unlockByPhrase,
  unlockByRecoveryKey,
} from "#shared/client/keyring.ts";
import { type Chosen, chooseContacts, dismissContacts, type OwnerMeans } from "#shared/client/recovery/contacts-set.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import type { RecoverySet } from "#shared/contracts/recovery.ts";
import type { Id } from "#shared/ids.ts";
import { nodeArgon2id } from "./argon2.ts";

/** The ways to open the vault, changed by whoever knows the passphrase. */
export interface Ways {
  /** The new one opens the same vault in place of the present one. @throws CryptoError for a wrong present passphrase */
  changePassphrase(present: string, next: string): Promise<void>;
  /** Made on this machine. It opens from `keep` on, and the one from before until then. */
  prepareRecoveryKey(passphrase: string): Promise<{ readonly recoveryKey: string; keep(): Promise<void> }>;
  /** Twelve new words, of which the same is true. */
  prepareRecoveryPhrase(passphrase: string): Promise<{ readonly recoveryPhrase: string; keep(): Promise<void> }>;
  remove(passphrase: string, slotId: Id<"slot">): Promise<void>;
  /** Hands a share to each, in place of those before. @throws ContactUnverified, PersonChanged; CryptoError for a wrong passphrase */
  chooseContacts(chosen: Chosen): Promise<RecoverySet>;
  dismissContacts(passphrase: string, setId: Id<"shareSet">): Promise<void>;
}

interface WaysInput {
  readonly api: Pick<Clients, "keyring" | "recovery">;
  readonly database: Database;
  readonly folder: string;
  readonly account: Account;
  readonly vaults: Vaults;
  /** What it was opened with; this machine may have seen newer since. */
  readonly pin: KeyringPin;
}

type Make<C extends KeyringChange> = (
  served: Keyring,
  account: Account,
  means: Parameters<typeof removeSlot>[3],
) => Promise<C>;

export function openWays({ api, database, folder, account, vaults, pin }: WaysInput): Ways {
  const pinAt = `${folder}/keyring-pin`;
  const readPin = async () => (await database.get<KeyringPin>(pinAt)) ?? pin;
  const prepare = async <C extends KeyringChange>(make: Make<C>): Promise<C> => {
    const means = { deriveArgon2id: nodeArgon2id, now: new Date(), pin: await readPin() };
    return make(await api.keyring.getKeyring({}), account, means);
  };
  /** Afterwards this machine refuses the keyring from before. */
  const keep = async ({ request, pin }: KeyringChange) => {
    await keepKeyring(api.keyring, request);
    await database.put(pinAt, pin);
  };
  const keepHeld = async (change: KeyringChange, type: "bip39" | "hardware_key") => {
    await keep(change);
    await api.keyring.recordRecoveryCheck({ type });
  };
  const ownerMeans = async (): Promise<OwnerMeans> => ({
    ...{ api: api.recovery, keyring: api.keyring, account, vaults, deriveArgon2id: nodeArgon2id },
    ...{ pin: await readPin(), now: () => new Date() },
    keepPin: (next) => database.put(pinAt, next),
  });
  return {
    changePassphrase: async (present, next) =>
      keep(await prepare((served, own, means) => changePassphrase(served, own, { present, next }, means))),
    async prepareRecoveryPhrase(passphrase) {
      const change = await prepare((served, own, means) => renewPhrase(served, own, passphrase, means));
      return { recoveryPhrase: change.recoveryPhrase, keep: () => keepHeld(change, "bip39") };
    },
    async prepareRecoveryKey(passphrase) {
      const change = await prepare((served, own, means) => renewRecoveryKey(served, own, passphrase, means));
      return { recoveryKey: change.recoveryKey, keep: () => keepHeld(change, "hardware_key") };
    },
    remove: async (present, slotId) =>
      keep(await prepare((served, own, means) => removeSlot(served, own, { present, slotId }, means))),
    chooseContacts: async (chosen) => chooseContacts(await ownerMeans(), chosen),
    dismissContacts: async (passphrase, setId) => dismissContacts(await ownerMeans(), setId, passphrase),
  };
}

/** What lies on paper. */
export type HeldFactor = { readonly words: string } | { readonly recoveryKey: string };

interface Proving extends Pick<WaysInput, "database"> {
  readonly api: Pick<Clients, "keyring">;
  readonly place: AccountPlace;
}

export async function proveHeld({ api, database, place }: Proving, held: HeldFactor): Promise<void> {
  const served = await api.keyring.getKeyring({});
  const pin = await database.get<KeyringPin>(`${place.tid}/${place.uid}/keyring-pin`);
  if ("words" in held) unlockByPhrase(served, place, held.words, { pin });
  else unlockByRecoveryKey(served, place, held.recoveryKey, { pin });
  await api.keyring.recordRecoveryCheck({ type: "words" in held ? "bip39" : "hardware_key" });
}
