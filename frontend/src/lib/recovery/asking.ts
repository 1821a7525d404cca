import type { AccountPlace } from "#shared/client/keyring.ts";
import { collectShares } from "#shared/client/recovery/collect-shares.ts";
import {
  type Asking,
  type AskingMeans,
  askContacts as ask,
  findAsking as find,
  readAsking,
} from "#shared/client/recovery/own-recovery.ts";
import { keyring, recovery } from "../api.ts";
import { openDatabase } from "../device/database.ts";
import { openWith } from "../vault/vault.ts";

const database = openDatabase();

const meansOf = (place: AccountPlace): AskingMeans => ({
  ...{ api: recovery, keyring, place, database, folder: `${place.tid}/${place.uid}`, now: () => new Date() },
});

/** What this browser has asked for: under way, or over without having opened anything, which is told once. */
export async function findAsking(place: AccountPlace) {
  const means = meansOf(place);
  const hasAsked = (await readAsking(means)) !== undefined;
  return (await find(means)) ?? (hasAsked ? "over" : null);
}

export async function askContacts(place: AccountPlace): Promise<void> {
  await ask(meansOf(place));
}

/** Opens the vault with what the contacts gave. It goes on until new keys are kept (`changeVaultKeys`), so that a reload loses nothing. @throws RecoveryFailed with those to blame */
export async function openByContacts(place: AccountPlace, asking: Asking): Promise<void> {
  const opened = await collectShares(meansOf(place), asking);
  await openWith(place, opened, { mustChangeKeys: true });
}
