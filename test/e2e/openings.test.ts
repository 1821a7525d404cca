import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { Person } from "#test/support/person.ts";
import { vaultsOf } from "#test/support/person-vaults.ts";
import { joinProduct } from "#test/support/product.ts";
import { type Device, keepFailure, openDevice, startBrowser } from "./support/browser.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { enterVault, unlockByPassphrase } from "./support/unlock.ts";

const product = joinProduct();

/** Two of three open a vault: one in the browser, the others with the code that the browser has. */
describe("a vault that several open together", { timeout: 120_000 }, () => {
  const [ann, ben, eve] = [new Person(product), new Person(product), new Person(product)];
  let browser: Browser;
  let laptop: Device;
  let vaultId: Id<"vault">;
  let bens: Vaults;

  beforeAll(async () => {
    browser = await startBrowser();
    await ann.settle(PASSPHRASE, "Several");
    await ann.api.keyring.recordRecoveryCheck({});
    await ben.settleWith(ann, PASSPHRASE, "admin");
    await eve.settleWith(ann, PASSPHRASE, "admin");
    bens = vaultsOf(ben);
    laptop = await openDevice(browser, product.url);
  });
  afterAll(async () => browser.close());
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await keepFailure(laptop, `openings ${task.name}`);
  });

  it("is made in the browser, of owners and admins who have keys", async () => {
    const { page } = laptop;
    await enterVault(page, ann.email);
    await page.getByRole("button", { name: "New shared vault" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Break glass");
    await page.getByText("Several owners and admins").click();
    for (const { email } of [ben, eve]) await page.getByRole("checkbox", { name: email }).click();
    await page.getByRole("button", { name: "Make the vault" }).click();
    await page.getByText("2 of 3 open it together").waitFor();
    vaultId = idOf("vault").parse(page.url().split("/").at(-1));
    for (const { api } of [ben, eve]) await api.vault.answerVault({ vaultId, answer: "accept" });
  });

  it("opens in the browser once another has released their share to the words that it shows", async () => {
    const { page } = laptop;
    await page.getByLabel("Why you need it").fill("Payroll");
    await page.getByRole("button", { name: "Ask to open it" }).click();
    await page.getByText("1 of 2 shares").waitFor();
    const [asked] = await bens.threshold(vaultId).others();
    if (!asked) throw new Error("nobody asks");
    expect(asked.reason).toBe("Payroll");
    await page.getByText(asked.words.join(" ")).waitFor();
    await bens.threshold(vaultId).answer(asked, "released");
    await page.getByText("Nothing is kept here yet").waitFor();
    await page.getByText("Open in this window until the opening ends.").waitFor();
    expect(laptop.complaints).toEqual([]);
  });

  it("is opened by others from then on, by another key, where one who opened it says so", async () => {
    const { page } = laptop;
    await page.getByRole("button", { name: "Change who opens it" }).click();
    await page.getByRole("checkbox", { name: eve.email, checked: true }).click();
    await page.getByRole("button", { name: "Hand out new shares" }).click();
    await page.getByText("2 of 2 open it from now on").waitFor();
    await expect(eve.api.vault.getVault({ vaultId })).rejects.toMatchObject({ code: "vault.not_found" });
    expect((await bens.threshold(vaultId).read()).quorum.holders).toHaveLength(2);
  });

  it("shows what another asks for, and releases a share to it", async () => {
    const { page } = laptop;
    await page.reload();
    await unlockByPassphrase(page, PASSPHRASE);
    const mine = await bens.threshold(vaultId).ask("My turn");
    await page.getByText("My turn").waitFor();
    await page.getByText(mine.words.join(" ")).waitFor();
    await page.getByRole("button", { name: "The words are the same: release my share" }).click();
    await page.getByText("You released your share.").waitFor();
    const { ring } = await bens.threshold(vaultId).look(mine);
    expect([...(ring ?? new Map()).keys()]).toEqual([2, 3]); // of the first set and of the second
  });
});
