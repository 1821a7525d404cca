import {
  type Asking,
  type AskingMeans,
  askToBeLetIn,
  giveUpAsking,
  waitToBeLetIn,
} from "#shared/client/enrolment/ask.ts";
import type { AccountPlace } from "#shared/client/keyring.ts";
import { describeDevice } from "#shared/device-name.ts";
import { enrolments, keyring } from "../api.ts";
import { openDatabase } from "../device/database.ts";
import { goOnWithKeys, openWith } from "../vault/vault.ts";

const EVERY_MS = 2_000;
const database = openDatabase();
const taken = new WeakSet<Asking>();
const held = new WeakSet<Asking>();

const meansOf = (place: AccountPlace): AskingMeans => ({
  ...{ api: enrolments, keyring, place, database, folder: `${place.tid}/${place.uid}`, now: () => new Date() },
});

export const askDevice = (place: AccountPlace): Promise<Asking> =>
  askToBeLetIn(meansOf(place), describeDevice(navigator.userAgent, "A browser"));

/** Waits until another device has let this one in, and opens the vault with what it sent. @throws NotLetIn, CryptoError */
export async function openByDevice(place: AccountPlace, asking: Asking, signal: AbortSignal): Promise<void> {
  const sleep = () => sleepUntil(signal);
  const opened = await waitToBeLetIn(meansOf(place), asking, { sleep });
  taken.add(asking);
  await openWith(place, opened);
  void goOnWithKeys();
}

/** A card shows the request until what this gives is called; shown nowhere, it is given up. Shown again at once, it goes on. */
export function hold(asking: Asking): () => void {
  held.add(asking);
  return () => {
    held.delete(asking);
    setTimeout(() => {
      const isOver = held.has(asking) || taken.has(asking);
      if (!isOver) void giveUpAsking({ api: enrolments }, asking).catch(() => undefined); // it ends by itself, too
    });
  };
}

const sleepUntil = (signal: AbortSignal): Promise<void> =>
  new Promise((done, refuse) => {
    const timer = setTimeout(done, EVERY_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      refuse(signal.reason);
    });
  });
