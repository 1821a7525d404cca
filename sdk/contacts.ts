import type { Clients } from "#shared/client/clients.ts";
import type { Unlocked as OpenedKeyring } from "#shared/client/keyring.ts";
import { collectShares } from "#shared/client/recovery/collect-shares.ts";
import { type AskingMeans, askContacts as ask, findAsking, wordsToRead } from "#shared/client/recovery/own-recovery.ts";
import type { Id } from "#shared/ids.ts";
import { folderOf, type Means } from "./unlocked.ts";

/** What this profile has asked contacts for. It lies in the profile's folder: the wait is longer than a process. */
export interface AskedContacts {
  readonly recoveryId: Id<"recovery">;
  /** To be read to each contact; the service does not have them. */
  readonly words: readonly string[];
  /** Shares released so far, and how many it takes. */
  readonly given: number;
  readonly needed: number;
  readonly isEnough: boolean;
  /** Whether the wait is over; from `collectableAt` on shares are handed out, until `expiresAt`. */
  readonly isTime: boolean;
  readonly collectableAt: string;
  readonly expiresAt: string;
  /** The keyring by what was given: the factor `byContacts`. @throws RecoveryFailed, which names whose shares are to blame */
  open(): Promise<OpenedKeyring>;
}

interface ContactsMeans extends Pick<Means, "database" | "place"> {
  readonly api: Pick<Clients, "recovery" | "keyring">;
}

/** What is under way already is shown again, and no second one begun. @throws ApiError("recovery.no_set"), ("recovery.set_dead") */
export async function askContacts(means: ContactsMeans): Promise<AskedContacts> {
  const known = await findAsked(means);
  if (known) return known;
  await ask(meansOf(means));
  const asked = await findAsked(means);
  if (!asked) throw new Error("The recovery that was begun is over already.");
  return asked;
}

export async function findAsked(means: ContactsMeans): Promise<AskedContacts | undefined> {
  const found = await findAsking(meansOf(means));
  if (!found) return undefined;
  const { asking, shown, given, needed, isEnough, isTime } = found;
  return {
    ...{ recoveryId: asking.recoveryId, words: wordsToRead(asking), given, needed, isEnough, isTime },
    ...{ collectableAt: shown.collectableAt, expiresAt: shown.expiresAt },
    open: () => collectShares(meansOf(means), asking),
  };
}

const meansOf = ({ api, database, place }: ContactsMeans): AskingMeans => ({
  ...{ api: api.recovery, keyring: api.keyring, place, database },
  ...{ folder: folderOf(place), now: () => new Date() },
});
