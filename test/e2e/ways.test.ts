import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { readPdf } from "#test/support/read-pdf.ts";
import { readQr } from "#test/support/read-qr.ts";
import { type Authenticator, attachAuthenticator } from "./support/authenticator.ts";
import { type Device, keepFailures, openDevice, startBrowser } from "./support/browser.ts";
import { findAccessFaults } from "./support/checks.ts";
import { goToSetting } from "./support/places.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { signIn } from "./support/sign-in.ts";
import { takeNewKeys, unlockByPassphrase } from "./support/unlock.ts";

const product = joinProduct();
const NAMED = product.url.replace("127.0.0.1", "localhost"); // passkeys belong to a name

/** Recovery key and passkey from their making to a browser that has seen nothing, in the whole product. */
describe("other ways to open a vault", { timeout: 180_000 }, () => {
  const person = new Person(product);
  let browser: Browser;
  let laptop: Device;
  let fresh: Device;
  let reader: Authenticator | undefined;
  let key = "";

  const unlocked = (device: Device) =>
    device.page.getByRole("heading", { name: "Unlock your vault" }).waitFor({ state: "detached", timeout: 30_000 });

  beforeAll(async () => {
    browser = await startBrowser();
    await person.settle(PASSPHRASE);
    await person.api.keyring.recordRecoveryCheck({});
    laptop = await openDevice(browser, NAMED);
    fresh = await openDevice(browser, product.url);
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("ways", () => ({ laptop, fresh })));

  it("makes a recovery key, which counts once it was typed back", async () => {
    const { page } = laptop;
    await signIn(page, person.email);
    expect(new URL(page.url()).hostname).toBe("localhost");
    await page.goto("/vault");
    await unlockByPassphrase(page, PASSPHRASE);
    await goToSetting(page, "Recovery");
    await page.getByRole("button", { name: "Make a recovery key" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Vault passphrase").fill("not the passphrase of this vault");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    await dialog.getByText("This is not the passphrase of your vault").waitFor({ timeout: 30_000 });
    await dialog.getByLabel("Vault passphrase").fill(PASSPHRASE);
    await dialog.getByRole("button", { name: "Make the key" }).click();
    const shown = dialog.getByLabel("Recovery key");
    await shown.waitFor({ timeout: 30_000 });
    key = (await shown.textContent()) ?? "";
    expect(key).toMatch(/^([A-Z2-7]{4}-){8}[A-Z2-7]{4}$/);
    expect((await person.api.keyring.getKeyring({})).slots).toHaveLength(2); // not before it is typed back
    await dialog.getByLabel("with the key on it").check();
    const [sheet] = await Promise.all([
      page.waitForEvent("download"),
      dialog.getByRole("button", { name: "Recovery kit (PDF)" }).click(),
    ]);
    const kit = readPdf(await readFile(await sheet.path()));
    expect(kit.texts).toEqual(expect.arrayContaining(key.split("-")));
    expect(readQr(kit.squares)).toContain(`Address: ${NAMED}\nAccount: ${person.email}`);
    await dialog.getByRole("button", { name: "I have kept it" }).click();
    await dialog.getByRole("textbox").fill(key.toLowerCase());
    await dialog.getByText("capital letters and the digits 2 to 7").waitFor();
    await dialog.getByRole("textbox").fill(key.replaceAll("-", " "));
    await dialog.getByRole("button", { name: "Use this key from now on" }).click();
    await dialog.waitFor({ state: "detached", timeout: 30_000 });
    expect(await person.api.keyring.getKeyring({})).toMatchObject({ recoveryKeyCheckedAt: expect.any(String) });
    expect(await findAccessFaults(page)).toEqual([]);
  });

  it("adds a passkey that can compute a secret, and none that cannot", async () => {
    const { page } = laptop;
    const add = async () => {
      await page.getByRole("button", { name: "Add a passkey" }).click();
      await page.getByRole("dialog").getByLabel("Vault passphrase").fill(PASSPHRASE);
      await page.getByRole("dialog").getByRole("button", { name: "Add passkey", exact: true }).click();
    };
    const weak = await attachAuthenticator(page, { hasPrf: false });
    await add();
    await page.getByText("cannot compute a secret (PRF)").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Close" }).click();
    await weak.remove();
    reader = await attachAuthenticator(page, { hasPrf: true });
    await add();
    await page.getByRole("list", { name: "Passkeys" }).getByRole("listitem").waitFor({ timeout: 30_000 });
    const { slots } = await person.api.keyring.getKeyring({});
    expect(slots.map(({ type }) => type)).toEqual(["passphrase", "bip39", "hardware_key", "passkey"]);
    await add();
    await page.getByText("has a passkey of this vault already").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Close" }).click();
  });

  it("opens by the passkey in a browser that has seen nothing of this vault", async () => {
    const { page } = laptop;
    await reader?.forgetProfile();
    await signIn(page, person.email);
    await page.goto("/vault");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByRole("button", { name: "Unlock with a passkey" }).click();
    await unlocked(laptop);
    await page.getByText("Nothing is kept here yet").waitFor({ timeout: 30_000 });
  });

  it("says on a page whose address is a number that passkeys need a name", async () => {
    const { page } = fresh;
    await signIn(page, person.email);
    await page.goto("/vault");
    await page.getByRole("button", { name: "Use a passkey" }).click();
    await page.getByText("A passkey belongs to an address with a name").waitFor();
    expect(await page.getByRole("link", { name: /^localhost:/ }).getAttribute("href")).toBe(`${NAMED}/vault`);
  });

  it("offers a way no more once it was removed", async () => {
    const { page } = laptop;
    await goToSetting(page, "Recovery");
    await page.getByRole("button", { name: "Remove passkey" }).click();
    await page.getByRole("dialog").getByLabel("Vault passphrase").fill(PASSPHRASE);
    await page.getByRole("dialog").getByRole("button", { name: "Remove passkey" }).click();
    await page.getByRole("dialog").waitFor({ state: "detached", timeout: 30_000 }); // behind it, nothing has a role
    await page.getByRole("list", { name: "Passkeys" }).waitFor({ state: "detached" });
    await page.goto("/vault");
    await page.getByRole("button", { name: "Use the recovery key" }).waitFor();
    expect(await page.getByRole("button", { name: "Use a passkey" }).count()).toBe(0);
  });

  it("opens by the recovery key on a device that has seen nothing, for new keys; the key is dead afterwards", async () => {
    const { page } = fresh;
    await page.reload();
    await page.getByRole("button", { name: "Use the recovery key" }).click();
    await page.getByLabel(/^Recovery key/).fill(key);
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
    await page.getByRole("heading", { name: "You are back. Take new keys" }).waitFor({ timeout: 30_000 });
    await takeNewKeys(page, "walnut harbour fiddle prism oyster ladder comet");
    await page.getByText("Nothing is kept here yet").waitFor({ timeout: 60_000 });
    expect((await person.api.keyring.getKeyring({})).slots.map(({ type }) => type)).toEqual(["passphrase", "bip39"]);
    await laptop.page.reload();
    await laptop.page.getByRole("button", { name: "Use the recovery phrase" }).waitFor();
    expect(await laptop.page.getByRole("button", { name: "Use the recovery key" }).count()).toBe(0);
    expect([...laptop.complaints, ...fresh.complaints]).toEqual([]);
  });
});
