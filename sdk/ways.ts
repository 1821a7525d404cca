import { type KeyringChange, keepKeyring, removeSlot, renewRecoveryKey } from "#shared/client/change-keyring.ts";
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
import type { RecoverySet } from "#shared/contracts/recovery.ts";
import type { Id } from "#shared/ids.ts";
import { nodeArgon2id } from "./argon2.ts";

/** The ways to open the vault, changed by whoever knows the passphrase. */
export interface Ways {
  /** Made on this machine. It opens from `keep` on, and the one from before until then. */
  prepareRecoveryKey(passphrase: string): Promise<{ readonly recoveryKey: string; keep(): Promise<void> }>;
  remove(passphrase: string, slotId: Id<"slot">): Promise<void>;
  /** Hands a share to each, in place of those before. @throws ContactUnverified, PersonChanged; CryptoError for a wrong passphrase */
  chooseContacts(chosen: Chosen): Promise<RecoverySet>;
  dismissContacts(passphrase: string, setId: Id<"shareSet">): Promise<void>;
}

interface WaysInput {
  readonly api: Clients;
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
  const meansOf = async () => ({ deriveArgon2id: nodeArgon2id, now: new Date(), pin: await readPin() });
  /** Afterwards this machine refuses the keyring from before. */
  const keep = async ({ request, pin }: KeyringChange) => {
    await keepKeyring(api.keyring, request);
    await database.put(pinAt, pin);
  };
  const ownerMeans = async (): Promise<OwnerMeans> => ({
    ...{ api: api.recovery, keyring: api.keyring, account, vaults, deriveArgon2id: nodeArgon2id },
    ...{ pin: await readPin(), now: () => new Date() },
    keepPin: (next) => database.put(pinAt, next),
  });
  return {
    async prepareRecoveryKey(passphrase) {
      const served = await api.keyring.getKeyring({});
      const { recoveryKey, ...change } = await renewRecoveryKey(served, account, passphrase, await meansOf());
      return {
        recoveryKey,
        async keep() {
          await keep(change);
          await api.keyring.recordRecoveryCheck({ type: "hardware_key" });
        },
      };
    },
    async remove(present, slotId) {
      const served = await api.keyring.getKeyring({});
      await keep(await removeSlot(served, account, { present, slotId }, await meansOf()));
    },
    chooseContacts: async (chosen) => chooseContacts(await ownerMeans(), chosen),
    dismissContacts: async (passphrase, setId) => dismissContacts(await ownerMeans(), setId, passphrase),
  };
}

/** What lies on paper. */
export type HeldFactor = { readonly words: string } | { readonly recoveryKey: string };

interface Proving extends Pick<WaysInput, "api" | "database"> {
  readonly place: AccountPlace;
}

export async function proveHeld({ api, database, place }: Proving, held: HeldFactor): Promise<void> {
  const served = await api.keyring.getKeyring({});
  const pin = await database.get<KeyringPin>(`${place.tid}/${place.uid}/keyring-pin`);
  if ("words" in held) unlockByPhrase(served, place, held.words, { pin });
  else unlockByRecoveryKey(served, place, held.recoveryKey, { pin });
  await api.keyring.recordRecoveryCheck({ type: "words" in held ? "bip39" : "hardware_key" });
}
