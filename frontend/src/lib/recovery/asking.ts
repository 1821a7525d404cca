import { ApiError } from "#shared/client/api-client.ts";
import type { AccountPlace } from "#shared/client/keyring.ts";
import { collectShares } from "#shared/client/recovery/collect-shares.ts";
import {
  type Asking,
  type AskingMeans,
  forgetAsking,
  progressOf,
  readAsking,
  startAsking,
} from "#shared/client/recovery/own-recovery.ts";
import { keyring, recovery } from "../api.ts";
import { openDatabase } from "../device/database.ts";
import { openWith } from "../vault/vault.ts";

const database = openDatabase();

const meansOf = (place: AccountPlace): AskingMeans => ({
  ...{ api: recovery, keyring, place, database, folder: `${place.tid}/${place.uid}`, now: () => new Date() },
});

/** No share that was given, or is given still, opens the vault. */
const OVER = ["recovery.not_found", "recovery.set_changed", "recovery.set_dead"];

/** What this browser has asked for and is still under way. */
export async function findAsking(place: AccountPlace) {
  const means = meansOf(place);
  const asking = await readAsking(means);
  if (!asking) return null;
  try {
    const { recovery: shown } = await means.api.collect({ recoveryId: asking.recoveryId });
    return { asking, shown, ...progressOf(asking, shown, means.now()) };
  } catch (error) {
    if (!(error instanceof ApiError && OVER.includes(error.code))) throw error;
    await forgetAsking(means);
    return null;
  }
}

export async function askContacts(place: AccountPlace): Promise<void> {
  const means = meansOf(place);
  const { set } = await means.api.getSet({});
  if (!set) throw new ApiError("recovery.no_set", "No contacts hold a share of your recovery key.");
  await startAsking(means, set);
}

/** Opens the vault with what the contacts gave. It goes on until new keys are kept (`changeVaultKeys`), so that a reload loses nothing. @throws RecoveryFailed with those to blame */
export async function openByContacts(place: AccountPlace, asking: Asking): Promise<void> {
  const opened = await collectShares(meansOf(place), asking);
  await openWith(place, opened, { mustChangeKeys: true });
}
