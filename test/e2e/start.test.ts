import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { joinProduct } from "#test/support/product.ts";
import { type Device, keepFailures, openDevice, startBrowser } from "./support/browser.ts";
import { foundOrganisation, nothing, PASSPHRASE, setPassphrase } from "./support/settle.ts";
import { signIn } from "./support/sign-in.ts";
import { unlockByPassphrase } from "./support/unlock.ts";

const product = joinProduct();
const phraseOf = (page: Page) => page.getByRole("list", { name: "Recovery phrase" });

/** What is left on the page of the first day, and what is taken along from one organisation to the next. */
describe("the first steps", { timeout: 120_000 }, () => {
  let browser: Browser;
  let device: Device;
  beforeAll(async () => {
    browser = await startBrowser();
    device = await openDevice(browser, product.url);
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("start", () => ({ device })));

  it("lock the vault that was made there, and forget its words, when nobody touches the page", async () => {
    const { page } = device;
    await signIn(page, `${crypto.randomUUID()}@people.example`);
    await foundOrganisation(page, nothing);
    await setPassphrase(page, nothing);
    await phraseOf(page).waitFor({ timeout: 30_000 });
    await page.clock.install();
    await page.clock.fastForward("14:40");
    await page.getByText(/^The vault locks in \d+ s/).waitFor();
    expect(await phraseOf(page).count()).toBe(1);
    expect(device.refused).toEqual([]); // from the first page on
    await page.clock.fastForward("00:40");
    await unlockByPassphrase(page, PASSPHRASE);
    await page.getByText("new ones are drawn").waitFor();
    expect(await phraseOf(page).count()).toBe(0);
  });

  it("begin anew in another organisation, with nothing in memory of the one that is left", async () => {
    const { page } = device;
    await page.goto("/people");
    await page.evaluate(() => Object.assign(window, { ofBefore: true }));
    await page.getByRole("button", { name: /^Example Works/ }).click();
    await page.getByRole("menuitem", { name: "New organisation" }).click();
    await page.getByRole("link", { name: "Back to Example Works" }).waitFor();
    expect(await page.evaluate(() => "ofBefore" in window)).toBe(true);
    await foundOrganisation(page, nothing);
    await page.getByLabel("Passphrase", { exact: true }).waitFor();
    expect(await page.evaluate(() => "ofBefore" in window)).toBe(false);
    expect(device.complaints).toEqual([]);
  });
});
