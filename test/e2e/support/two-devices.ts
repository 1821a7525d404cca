import type { Browser } from "playwright-core";
import type { Person } from "#test/support/person.ts";
import type { Place } from "#test/support/visitor.ts";
import { type Device, openDevice, startBrowser } from "./browser.ts";
import { PASSPHRASE } from "./settle.ts";

interface TwoDevices {
  readonly browser: Browser;
  readonly laptop: Device;
  readonly phone: Device;
}

/** One person with a vault, and two devices that have seen nothing yet. */
export async function openTwoDevices(place: Place, person: Person): Promise<TwoDevices> {
  const browser = await startBrowser();
  await person.settle(PASSPHRASE);
  await person.api.keyring.recordRecoveryCheck({});
  const laptop = await openDevice(browser, place.url);
  const phone = await openDevice(browser, place.url, { size: "phone" });
  return { browser, laptop, phone };
}
