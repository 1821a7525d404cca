import { type KeyringChange, removeSlot, renewRecoveryKey } from "#shared/client/change-keyring.ts";
import type { Clients } from "#shared/client/clients.ts";
import type { Database } from "#shared/client/device/database.ts";
import {
  type Account,
  type AccountPlace,
  type KeyringPin,
  unlockByPhrase,
  unlockByRecoveryKey,
} from "#shared/client/keyring.ts";
import type { Id } from "#shared/ids.ts";
import { nodeArgon2id } from "./argon2.ts";

/** The ways to open the vault, changed by whoever knows the passphrase. */
export interface Ways {
  /** Made on this machine. It opens from `keep` on, and the one from before until then. */
  prepareRecoveryKey(passphrase: string): Promise<{ readonly recoveryKey: string; keep(): Promise<void> }>;
  remove(passphrase: string, slotId: Id<"slot">): Promise<void>;
}

interface WaysInput {
  readonly api: Clients;
  readonly database: Database;
  readonly folder: string;
  readonly account: Account;
}

export function openWays({ api, database, folder, account }: WaysInput): Ways {
  const pinAt = `${folder}/keyring-pin`;
  const meansOf = async () => {
    const pin = await database.get<KeyringPin>(pinAt);
    return { deriveArgon2id: nodeArgon2id, now: new Date(), ...(pin && { pin }) };
  };
  /** Afterwards this machine refuses the keyring from before. */
  const keep = async ({ request, pin }: KeyringChange) => {
    await api.keyring.changeKeyring(request);
    await database.put(pinAt, pin);
  };
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
