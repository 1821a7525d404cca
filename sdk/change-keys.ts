import { storesOf } from "#shared/client/device/stores.ts";
import { takeNewKeys } from "#shared/client/recovery/take-new-keys.ts";
import { finishRotation, type LeftBehind, type RotationProgress } from "#shared/client/rotation/finish-rotation.ts";
import type { Id } from "#shared/ids.ts";
import { nodeArgon2id } from "./argon2.ts";
import { folderOf, type KnownFactor, type Means, type Unlocked, unlock } from "./unlocked.ts";

export interface ChangedKeys {
  /** The twelve new words. They are shown once, and nothing keeps them. */
  readonly recoveryPhrase: string;
  readonly unlocked: Unlocked;
}

/**
 * Another root, another passphrase and twelve new words. The factor proves that the person may, and opens nothing afterwards; a recovery
 * by contacts that this machine began is over then. What lies under the old root is sealed anew by `finishKeys`.
 */
export async function changeKeys(means: Means, factor: KnownFactor, passphrase: string): Promise<ChangedKeys> {
  const { api, database, place } = means;
  const { account, pin: seen } = await unlock(means, factor);
  const { recoveryPhrase, pin } = await takeNewKeys(account, passphrase, {
    ...{ api: api.keyring, recovery: api.recovery, database, folder: folderOf(place) },
    ...{ deriveArgon2id: nodeArgon2id, now: new Date(), pin: seen },
  });
  await database.put(`${folderOf(place)}/keyring-pin`, pin);
  return { recoveryPhrase, unlocked: await unlock(means, { passphrase }) };
}

/** Goes on with a change of keys that was not finished; does nothing where there is none. */
export async function finishKeys(
  { api, database, place }: Pick<Means, "api" | "database" | "place">,
  { account, vaults }: Unlocked,
  onProgress: (progress: RotationProgress) => void,
): Promise<LeftBehind> {
  const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));
  const pinsOf = (agentId: Id<"agent">) => storesOf(database, folderOf(place), agentId).pins;
  const { left } = await finishRotation({ api, account, vaults: vaults.means, pinsOf, sleep }, onProgress);
  return left;
}
