import type { Clients } from "#shared/client/clients.ts";
import type { Database } from "#shared/client/device/database.ts";
import {
  type Account,
  type AccountPlace,
  type KeyringPin,
  unlockByPhrase,
  unlockByRecoveryKey,
} from "#shared/client/keyring.ts";
import { type KeyringWays, openKeyringWays } from "#shared/client/keyring-ways.ts";
import { type Chosen, chooseContacts, dismissContacts, type OwnerMeans } from "#shared/client/recovery/contacts-set.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import type { RecoverySet } from "#shared/contracts/recovery.ts";
import type { Id } from "#shared/ids.ts";
import { nodeArgon2id } from "./argon2.ts";

/** Of new words only those that are in force once they are held; a passkey needs a browser. */
export interface Ways extends Omit<KeyringWays, "renewRecoveryPhrase" | "addPasskey"> {
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

export function openWays({ api, database, folder, account, vaults, pin }: WaysInput): Ways {
  const pinAt = `${folder}/keyring-pin`;
  const readPin = async () => (await database.get<KeyringPin>(pinAt)) ?? pin;
  const keepPin = (next: KeyringPin) => database.put(pinAt, next);
  const means = { deriveArgon2id: nodeArgon2id, now: () => new Date() };
  const ownerMeans = async (): Promise<OwnerMeans> => ({
    ...{ ...means, api: api.recovery, keyring: api.keyring, account, vaults },
    ...{ pin: await readPin(), keepPin },
  });
  return {
    ...openKeyringWays({
      ...{ ...means, api: api.keyring, keepPin: (_, next) => keepPin(next) },
      readOpen: async () => ({ account, pin: await readPin() }),
    }),
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
