import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { type Device, keepFailures, openDevice, startBrowser } from "./support/browser.ts";
import { goTo } from "./support/places.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { enterVault } from "./support/unlock.ts";

const product = joinProduct();

/** Two people and one vault, each in a browser of their own, in the whole product. */
describe("a vault that is shared", { timeout: 120_000 }, () => {
  const ann = new Person(product);
  const ben = new Person(product);
  let browser: Browser;
  let anns: Device;
  let bens: Device;

  const enter = async ({ page }: Device, person: Person) => {
    await enterVault(page, person.email);
    await page.getByText("Nothing is kept here yet").waitFor();
  };
  const members = (page: Page) => page.getByRole("button", { name: /people$|^Only you$/ }).click();
  const showVault = async (page: Page) => {
    await goTo(page, "People");
    await page.getByRole("heading", { name: "People" }).waitFor();
    await goTo(page, "Vault");
  };
  const close = (page: Page) => page.getByRole("button", { name: "Close" }).last().click();

  beforeAll(async () => {
    browser = await startBrowser();
    await ann.settle(PASSPHRASE);
    await ben.settleWith(ann, PASSPHRASE);
    for (const person of [ann, ben]) await person.api.keyring.recordRecoveryCheck({});
    anns = await openDevice(browser, product.url);
    bens = await openDevice(browser, product.url, { size: "phone" });
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("sharing", () => ({ anns, bens })));

  it("is made, filled, and offered to a colleague, who sees names and no secret", async () => {
    const { page } = anns;
    await enter(anns, ann);
    await page.getByRole("button", { name: "New shared vault" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Finance");
    await page.getByRole("button", { name: "Make the vault" }).click();
    await page.getByText("You look after it.").waitFor();
    await page.getByRole("button", { name: /^Login/ }).click();
    await page.getByLabel("Name", { exact: true }).fill("Savings bank");
    await page.getByLabel("Password", { exact: true }).fill("of the bank");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("1 item", { exact: true }).waitFor();
    await members(page);
    await page.getByLabel("Add somebody").selectOption(ben.email);
    await page.getByLabel(/^Sees names/).check();
    await page.getByRole("button", { name: `Share with ${ben.email}` }).click();
    await page.getByText(`${ben.email} is offered this vault.`).waitFor();
    await close(page);

    await enter(bens, ben);
    await bens.page.getByRole("button", { name: "Use Finance" }).click();
    await bens.page.getByRole("button", { name: /^Savings bank/ }).click();
    await bens.page.getByText("You hold no key for it").waitFor();
  });

  it("shows both the same safety number", async () => {
    const { page } = anns;
    await members(page);
    await page.getByRole("button", { name: `Unverified: ${ben.email}` }).click();
    const number = await page.getByRole("list", { name: "Safety number" }).textContent();
    await bens.page.getByRole("button", { name: "All items" }).click();
    await members(bens.page);
    await bens.page.getByRole("button", { name: `Unverified: ${ann.email}` }).click();
    expect(await bens.page.getByRole("list", { name: "Safety number" }).textContent()).toBe(number);
    await page.getByRole("button", { name: "It is the same number" }).click();
    await page.getByRole("button", { name: `Verified: ${ben.email}` }).waitFor();
    await close(bens.page);
    await close(bens.page);
  });

  it("is read once its owner says so", async () => {
    await anns.page.getByLabel(`What ${ben.email} may do`).selectOption("Reads");
    await anns.page.getByText(`${ben.email} may do something else now.`).waitFor();
    const { page } = bens;
    await goTo(page, "People");
    await page.getByRole("heading", { name: "People" }).waitFor();
    await goTo(page, "Vault");
    await page.getByLabel("Which vault").selectOption("Finance");
    await page.getByText("You may read what is in it.").waitFor();
    await page.getByRole("button", { name: /^Savings bank/ }).click();
    expect(await page.getByLabel("Password", { exact: true }).inputValue()).toBe("of the bank");
    expect(await page.getByRole("button", { name: "Save", exact: true }).count()).toBe(0);
  });

  it("is closed to who is removed, and sealed anew for who stays", async () => {
    const { page } = anns;
    await page.getByRole("button", { name: `Remove ${ben.email}` }).click();
    await page.getByRole("button", { name: "Remove and change the key" }).click();
    await page.getByText(`${ben.email} does not have this vault any more.`).waitFor();
    await close(page);
    const vaultId = page.url().split("/")[5] as `vlt_${string}`; // of the address of a shared vault
    await expect
      .poll(async () => (await ann.api.vault.listItems({ vaultId })).items.map(({ keyGen }) => keyGen), {
        timeout: 60_000,
      })
      .toEqual([2]);
    await goTo(bens.page, "People");
    await bens.page.getByRole("heading", { name: "People" }).waitFor();
    await bens.page.goBack();
    await bens.page.getByText("You do not have this vault any more").waitFor();
    expect(await bens.page.getByText("Savings bank").count()).toBe(0);
  });

  it("is not needed to share one item, which is offered, opened, counted and taken back", async () => {
    const { page } = anns;
    await page.getByLabel("Which vault").selectOption("My vault");
    await page.getByRole("button", { name: /^Login/ }).click();
    await page.getByLabel("Name", { exact: true }).fill("Wireless at home");
    await page.getByLabel("Password", { exact: true }).fill("of the wireless");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Share this item" }).click();
    await page.getByLabel("With whom").selectOption(ben.email);
    await page.getByLabel("How often (or empty)").fill("2");
    await page.getByRole("button", { name: `Offer it to ${ben.email}` }).click();
    await page.getByText(`${ben.email} is offered this item.`).waitFor();

    await showVault(bens.page);
    await bens.page.getByText(`${ann.email} shares an item with you.`).waitFor();
    await bens.page.getByRole("button", { name: "Accept", exact: true }).click();
    await bens.page.getByText("Wireless at home", { exact: true }).waitFor();
    await bens.page.getByRole("button", { name: "Open Wireless at home" }).click();
    await bens.page.getByRole("dialog").getByLabel("Password", { exact: true }).waitFor();
    const password = bens.page.getByRole("dialog").getByLabel("Password", { exact: true });
    expect(await password.inputValue()).toBe("of the wireless");
    await close(bens.page);
    await bens.page.getByText("opened 1 of 2 times").waitFor();

    await page.getByRole("button", { name: `Take back from ${ben.email}` }).click();
    await page.getByRole("button", { name: "Take back and change its keys" }).click();
    await page.getByText("They have opened it: change the secret at its provider.").waitFor();
    await page.getByRole("button", { name: "It is changed there" }).click();
    await page.getByRole("button", { name: "It is changed there" }).waitFor({ state: "detached" });
    await showVault(bens.page);
    await bens.page.getByText("Nothing is kept here yet").waitFor();
    expect(await bens.page.getByText("Wireless at home").count()).toBe(0);
    expect([...anns.complaints, ...bens.complaints].filter((line) => !line.includes("404"))).toEqual([]);
  });
});
