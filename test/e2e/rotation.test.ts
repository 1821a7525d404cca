import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { transferBy } from "#shared/client/vault/files/transfer.ts";
import { openVaults, type Vaults } from "#shared/client/vault/vaults.ts";
import { rightsOf } from "#shared/crypto/vault/rights.ts";
import { type Id, newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { noteOf } from "#test/support/vault-world.ts";
import { type Device, keepFailure, openDevice, startBrowser } from "./support/browser.ts";
import { goTo, goToSetting } from "./support/places.ts";
import { seeing } from "./support/see.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { signIn } from "./support/sign-in.ts";
import { readAnswer, say } from "./support/talk.ts";
import { takeNewKeys, unlockByPassphrase } from "./support/unlock.ts";

const product = joinProduct();
const NEXT = "walnut harbor pixel tundra ember saddle orbit";

/** Ada changes all her keys in the browser, while her agent runs and Ben shares a vault with her. */
describe("a change of all keys", { timeout: 300_000 }, () => {
  const ada = new Person(product);
  const ben = new Person(product);
  const { see, faults } = seeing(() => device.page);
  let browser: Browser;
  let device: Device;
  let shared: Id<"vault">;

  beforeAll(async () => {
    browser = await startBrowser();
    await ada.settle(PASSPHRASE);
    await ben.settleWith(ada, PASSPHRASE);
    for (const person of [ada, ben]) await person.api.keyring.recordRecoveryCheck({});
    shared = await vaultsOf(ben).create("Finance");
    const book = await vaultsOf(ben).open(shared);
    await book.save({ id: newId("item", new Date()), version: 0 }, noteOf("Rent"));
    await book.addMember(ada.account?.uid ?? "usr_", rightsOf(["list", "read", "write"]));
    await ada.api.vault.answerVault({ vaultId: shared, answer: "accept" });
    await ada.deploy("Ada");
    await ada.isOpen();
    await ada.replyTo(await ada.say("remember the word zebra"), 240_000);
    ada.link?.close();
    device = await openDevice(browser, product.url);
  });
  afterAll(async () => {
    await browser.close();
    for (const person of [ada, ben]) await person.retire();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await keepFailure(device, `rotation ${task.name}`);
  });

  const vaultsOf = ({ account, api }: Person): Vaults => {
    if (!account) throw new Error("settle first");
    const device = { database: makeMemoryDatabase(), folder: "", transfer: transferBy(fetch), now: () => new Date() };
    return openVaults({ api: api.vault, keyring: api.keyring, account, ...device });
  };
  const enter = async () => {
    await signIn(device.page, ada.email);
    await unlockByPassphrase(device.page, PASSPHRASE);
  };

  it("is made in the settings: the present passphrase, another one, twelve new words and three of them back", async () => {
    const { page } = device;
    await enter();
    await goToSetting(page, "Security");
    await page.getByRole("button", { name: "Change all keys" }).click();
    await page.getByLabel("Passphrase as it is now").fill(PASSPHRASE);
    await see("settings-all-keys");
    expect(await takeNewKeys(page, NEXT)).not.toBe(ada.recoveryPhrase);
    await page.getByText("Changed. The old passphrase and the old words").waitFor();
    await page.getByText("Sealing everything under your new keys").waitFor({ state: "detached", timeout: 240_000 });
    expect((await ada.api.keyring.getKeyring({})).carry).toBeUndefined();
    await page.getByText("Still with the key from before: “Finance”").waitFor(); // Ben looks after it
    await see("settings-key-kept");
    await page.getByRole("button", { name: "OK", exact: true }).click();
  });

  it("refuses the old passphrase and the old words after a reload, and opens by the new passphrase", async () => {
    const { page } = device;
    await page.goto("/vault");
    await page.getByLabel("Vault passphrase").fill(PASSPHRASE);
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
    await page.getByText("This is not the passphrase of your vault").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Use the recovery phrase" }).click();
    await page.getByLabel(/^Recovery phrase/).fill(ada.recoveryPhrase);
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
    await page.getByText("not the one of this vault").waitFor();
    await page.getByRole("button", { name: "Use the passphrase" }).click();
    await unlockByPassphrase(page, NEXT);
  });

  it("leaves the agent with what was said before", async () => {
    const { page } = device;
    await goTo(page, "Chat");
    await page.getByText("remember the word zebra").first().waitFor({ timeout: 120_000 });
    await say(page, "what did I say before?");
    expect(await readAnswer(page, "Before this you said")).toContain("zebra");
  });

  it("leaves the shared vault open for both", async () => {
    const { page } = device;
    await goTo(page, "Vault");
    await page.getByLabel("Which vault").selectOption({ label: "Finance" });
    await page.getByRole("button", { name: /^Rent/ }).waitFor({ timeout: 30_000 });
    const book = await vaultsOf(ben).open(shared);
    await book.save({ id: newId("item", new Date()), version: 0 }, noteOf("Heating"));
    expect(await book.list()).toHaveLength(2);
    expect(device.complaints).toEqual([]);
    expect(faults).toEqual([]);
  });
});
