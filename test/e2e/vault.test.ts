import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { type Device, keepFailures } from "./support/browser.ts";
import { goTo, goToSetting } from "./support/places.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { openTwoDevices } from "./support/two-devices.ts";
import { enterVault, unlockByPassphrase } from "./support/unlock.ts";

const product = joinProduct();

/** One person's vault on two devices, in the whole product. */
describe("a vault", { timeout: 120_000 }, () => {
  const person = new Person(product);
  let browser: Browser;
  let laptop: Device;
  let phone: Device;

  const enter = ({ page }: Device) => enterVault(page, person.email);

  beforeAll(async () => {
    ({ browser, laptop, phone } = await openTwoDevices(product, person));
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("vault", () => ({ laptop, phone })));

  it("keeps a login that was typed on one device, for the other", async () => {
    const { page } = laptop;
    await enter(laptop);
    await page.getByText("Nothing is kept here yet").waitFor();
    await page.getByRole("button", { name: /^Login/ }).click();
    await page.getByLabel("Name", { exact: true }).fill("Savings bank");
    await page.getByLabel("User name", { exact: true }).fill("ada");
    await page.getByRole("button", { name: "Make one" }).click();
    const password = await page.getByLabel("Password", { exact: true }).inputValue();
    expect(password.split("-")).toHaveLength(7);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Savings bank" }).waitFor();
    await page.getByText("1 item", { exact: true }).waitFor();

    await enter(phone);
    await phone.page.getByRole("button", { name: /^Savings bank/ }).click();
    expect(await phone.page.getByLabel("Password", { exact: true }).inputValue()).toBe(password);
    await phone.page.getByRole("button", { name: "Copy password" }).click();
    expect(await phone.page.evaluate(() => navigator.clipboard.readText())).toBe(password);
  });

  it("lets neither of two devices overwrite the other unseen", async () => {
    await phone.page.getByLabel("User name", { exact: true }).fill("ada from the phone");
    await phone.page.getByRole("button", { name: "Save", exact: true }).click();
    await phone.page.getByText("Sealed and saved.").waitFor();
    await laptop.page.getByLabel("User name", { exact: true }).fill("ada from the laptop");
    await laptop.page.getByRole("button", { name: "Save", exact: true }).click();
    await laptop.page.getByText("This item was changed on another device").waitFor();
    await laptop.page.getByRole("button", { name: "Use the other version" }).click();
    await expect
      .poll(() => laptop.page.getByLabel("User name", { exact: true }).inputValue())
      .toBe("ada from the phone");
  });

  it("keeps what is being written through a lock, with half a minute's notice", async () => {
    const { page } = laptop;
    await page.getByLabel("Note", { exact: true }).fill("half a thought");
    await page.clock.install();
    await page.clock.fastForward("14:40");
    await page.getByText(/^The vault locks in \d+ s/).waitFor();
    await page.clock.fastForward("00:40");
    await unlockByPassphrase(page, PASSPHRASE);
    await expect.poll(() => page.getByLabel("Note", { exact: true }).inputValue()).toBe("half a thought");
    await page.getByRole("button", { name: "Discard" }).click();
    await expect.poll(() => page.getByLabel("Note", { exact: true }).inputValue()).toBe("");
  });

  it("shows nothing of a vault that the service shows otherwise than it was left", async () => {
    const { page } = phone;
    let isLying = true;
    await page.route("**/v1/vaults/*/items?*", async (route) => {
      if (!isLying) return route.continue();
      const response = await route.fetch();
      const { cursor } = (await response.json()) as { cursor: string | null }; // listItems
      await route.fulfill({ response, json: { items: [], cursor } });
    });
    await goTo(page, "Agents");
    await page.getByRole("heading", { name: "Agents" }).waitFor();
    await laptop.page.getByLabel("Note", { exact: true }).fill("a change, so that the list is read again");
    await laptop.page.getByRole("button", { name: "Save", exact: true }).click();
    await laptop.page.getByText("Sealed and saved.").waitFor();
    await goTo(page, "Vault");
    await page.getByText("This is not your vault as you left it").waitFor();
    await page.getByText(/^Gone without having been removed: .*“Savings bank”/).waitFor();
    expect(await page.getByRole("button", { name: /^Savings bank/ }).count()).toBe(0);
    isLying = false;
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("button", { name: /^Savings bank/ }).waitFor();
  });

  it("removes an item everywhere", async () => {
    const { page } = laptop;
    await page.getByLabel("Choose Savings bank").check();
    await page.getByRole("region", { name: "Vault" }).getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove 1 item" }).click();
    await page.getByText("Nothing is kept here yet").waitFor();
    await goTo(phone.page, "People");
    await phone.page.getByRole("heading", { name: "People" }).waitFor();
    await goTo(phone.page, "Vault");
    await phone.page.getByText("Nothing is kept here yet").waitFor();
    await goToSetting(laptop.page, "Security");
    await laptop.page.getByRole("radio", { name: "5 minutes", exact: true }).check();
    expect([...laptop.complaints, ...phone.complaints]).toEqual([]);
  });
});
