import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idOf, newId } from "#shared/ids.ts";
import { askForecast, type EchoService, openEchoService } from "#test/support/echo-service.ts";
import { countOpened, type KeptKeys, keepKeys } from "#test/support/kept-keys.ts";
import { Person } from "#test/support/person.ts";
import { vaultsOf } from "#test/support/person-vaults.ts";
import { joinProduct } from "#test/support/product.ts";
import { readQr, squaresOfPath } from "#test/support/read-qr.ts";
import { setTier } from "#test/support/set-tier.ts";
import { noteOf } from "#test/support/vault-world.ts";
import { type Device, keepFailures, openDevice, startBrowser } from "./support/browser.ts";
import { askForSecret, goToLending, handOver } from "./support/lend.ts";
import { goTo, goToAgent } from "./support/places.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { readAnswer, say } from "./support/talk.ts";
import { enterVault } from "./support/unlock.ts";

const product = joinProduct();

/** Two people, the agent of the one who is given something, and one vault; each in a browser of their own, in the whole product. */
describe("a vault that is shared", { timeout: 240_000 }, () => {
  const ann = new Person(product);
  const ben = new Person(product);
  let browser: Browser;
  let anns: Device;
  let bens: Device;
  let service: EchoService;
  let kept: KeptKeys;

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
  const openGiven = async (page: Page) => {
    await page.getByRole("button", { name: "Open Wireless at home" }).click();
    const password = page.getByRole("dialog").getByLabel("Password", { exact: true });
    await password.waitFor();
    expect(await password.inputValue()).toBe("of the wireless");
    await close(page);
  };
  /** The address of a shared vault. */
  const vaultIdOf = (page: Page) => idOf("vault").parse(page.url().split("/")[5]);
  /** How often the items of somebody's own vault were sealed, all together. */
  const countSealings = async ({ api }: Person) => {
    const own = (await api.vault.listVaults({})).items.find(({ kind }) => kind === "personal");
    const { items } = await api.vault.listItems({ vaultId: own?.id ?? "vlt_" });
    return items.reduce((sum, { version }) => sum + version, 0);
  };
  const close = (page: Page) => page.getByRole("button", { name: "Close" }).last().click();

  beforeAll(async () => {
    browser = await startBrowser();
    service = await openEchoService();
    await ann.settle(PASSPHRASE);
    if (ann.account) await setTier(product, ann.account.tid, "enterprise"); // two agents in one organisation
    await ben.settleWith(ann, PASSPHRASE);
    for (const person of [ann, ben]) await person.api.keyring.recordRecoveryCheck({});
    await ben.deploy("Ada");
    await ben.isOpen(); // from then on its OpenClaw boots beside what follows
    await ann.deploy("Bea");
    for (const { link } of [ann, ben]) link?.close();
    anns = await openDevice(browser, product.url);
    bens = await openDevice(browser, product.url, { size: "phone" });
  });
  afterAll(async () => {
    await browser.close();
    for (const person of [ann, ben]) await person.retire();
    service.close();
  });
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
    expect(await bens.page.getByLabel("Ada may use this").count()).toBe(0);
    const vaultId = vaultIdOf(page);
    expect(await countOpened(await keepKeys(await vaultsOf(ben).open(vaultId), "list"), ann.api.vault, vaultId)).toBe(
      1,
    ); // the name
  });

  it("shows both the same safety number", async () => {
    const { page } = anns;
    await members(page);
    await page.getByRole("button", { name: `Unverified: ${ben.email}` }).click();
    const number = await page.getByRole("list", { name: "Safety number" }).textContent();
    const code = page.getByRole("img", { name: "The safety number as a QR code" });
    const path = await code.locator("path").getAttribute("d");
    const side = Number((await code.getAttribute("viewBox"))?.split(" ").at(-1));
    expect(readQr(squaresOfPath(path ?? "", side)).replaceAll(" ", "")).toBe(number);
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
    await anns.page.getByLabel(`What ${ben.email} may do`).selectOption("Custom…");
    await anns.page.getByLabel(/^read/).check();
    await anns.page.getByRole("button", { name: "Save", exact: true }).click();
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
    const vaultId = vaultIdOf(page);
    kept = await keepKeys(await vaultsOf(ben).open(vaultId));
    expect(await countOpened(kept, ann.api.vault, vaultId)).toBe(2); // name and secret of the one item
  });

  it("is used by the agent of who may read it, by reference and with their word, until they take it back", async () => {
    const { page } = bens;
    await page.getByLabel("Ada may use this").check();
    await page.getByLabel(/^Sites it may be sent to/).fill(service.site);
    await page.getByRole("button", { name: "Let Ada use it" }).click();
    await page.getByText("Ada holds it now, in memory.").waitFor({ timeout: 120_000 });
    await goTo(page, "Chat");
    await say(page, askForecast(service, "savings-bank/password"));
    await page.getByRole("button", { name: "Allow once" }).click({ timeout: 120_000 });
    expect(await readAnswer(page, "The forecast is rain")).toContain("You sent [vault:savings-bank/password]");
    expect(service.keys).toEqual(["of the bank"]);
    await goToAgent(page);
    await page.getByRole("button", { name: "Take back savings-bank" }).click();
    await page.getByText("Nothing. Open an item of your vault to let Ada use it.").waitFor();
    await goTo(page, "Chat");
    await say(page, askForecast(service, "savings-bank/password"));
    await page.getByRole("button", { name: "Allow once" }).click({ timeout: 60_000 });
    await readAnswer(page, "Nothing is granted under the name");
    expect(service.keys).toHaveLength(1);
    await goTo(page, "Vault");
    await page.getByLabel("Which vault").selectOption("Finance");
    await page.getByText("You may read what is in it.").waitFor();
  });

  it("is closed to who is removed, and sealed anew for who stays", async () => {
    const { page } = anns;
    await page.getByRole("button", { name: `Remove ${ben.email}` }).click();
    await page.getByRole("button", { name: "Remove and change the key" }).click();
    await page.getByText(`${ben.email} does not have this vault any more.`).waitFor();
    await close(page);
    const vaultId = vaultIdOf(page);
    await expect
      .poll(async () => (await ann.api.vault.listItems({ vaultId })).items.map(({ keyGen }) => keyGen), {
        timeout: 60_000,
      })
      .toEqual([2]);
    const book = await vaultsOf(ann).open(vaultId);
    await book.save({ id: newId("item", new Date()), version: 0 }, noteOf("New account"));
    expect(await countOpened(await keepKeys(book), ann.api.vault, vaultId)).toBe(4);
    expect(await countOpened(kept, ann.api.vault, vaultId)).toBe(0);
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
    await openGiven(bens.page);
    await bens.page.getByText("opened 1 of 2 times").waitFor();

    await page.getByRole("button", { name: `Take back from ${ben.email}` }).click();
    await page.getByRole("button", { name: "Take back and change its keys" }).click();
    await page.getByText("They have opened it: change the secret at its provider.").waitFor();
    await page.getByRole("button", { name: "It is changed there" }).click();
    await page.getByRole("button", { name: "It is changed there" }).waitFor({ state: "detached" });
    await showVault(bens.page);
    await bens.page.getByText("Nothing is kept here yet").waitFor();
    expect(await bens.page.getByText("Wireless at home").count()).toBe(0);
  });

  it("is not needed to hand one over on a colleague's asking, whose agent may hold it, until it is taken back and has other keys", async () => {
    await askForSecret(bens.page, { what: "The wireless", site: service.site });
    await handOver(anns.page, "Wireless at home");
    await goToLending(bens.page);
    await bens.page.getByText("Handed over", { exact: true }).waitFor();
    await bens.page.getByRole("link", { name: /^Read it in your vault/ }).click();
    await openGiven(bens.page);

    const { page } = anns;
    const before = await countSealings(ann);
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByText("It has other keys now.").waitFor();
    const after = await countSealings(ann);
    expect(after).toBeGreaterThan(before);
    await goToLending(page);
    await page.getByText("Taken back", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Change its keys again" }).click();
    await page.getByText("It has other keys now.").waitFor();
    expect(await countSealings(ann)).toBeGreaterThan(after);

    await goToLending(bens.page);
    await bens.page.getByText("Taken back", { exact: true }).waitFor();
    await goTo(bens.page, "Vault");
    await bens.page.getByText("Nothing is kept here yet").waitFor();
    expect(await bens.page.getByText("Wireless at home").count()).toBe(0);
    expect([...anns.complaints, ...bens.complaints].filter((line) => !line.includes("404"))).toEqual([]);
  });
});
