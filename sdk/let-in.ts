import { type AskingMeans, askToBeLetIn as ask, giveUpAsking, waitToBeLetIn } from "#shared/client/enrolment/ask.ts";
import { folderOf, type Means, nameOfMachine, type Unlocked, unlock } from "./unlocked.ts";

const EVERY_MS = 2000;

/** A request of this machine, in this process alone. */
export interface AskedToBeLetIn {
  /** To be typed into the device that is open; the service does not have them. */
  readonly words: readonly string[];
  readonly expiresAt: string;
  /** Opens the account once that was done. @throws NotLetIn when it was denied, is over, or was given up */
  wait(): Promise<Unlocked>;
  giveUp(): Promise<void>;
}

export async function askToBeLetIn(means: Means): Promise<AskedToBeLetIn> {
  const { api, database, place } = means;
  const asking: AskingMeans = {
    ...{ api: api.enrolments, keyring: api.keyring, place, database },
    ...{ folder: folderOf(place), now: () => new Date() },
  };
  const asked = await ask(asking, nameOfMachine());
  const sleep = () => new Promise<void>((done) => setTimeout(done, EVERY_MS));
  return {
    ...{ words: asked.words, expiresAt: asked.expiresAt },
    wait: () => unlock(means, { letIn: ({ keepFor }) => waitToBeLetIn(asking, asked, { sleep, keepFor }) }),
    giveUp: () => giveUpAsking(asking, asked),
  };
}
