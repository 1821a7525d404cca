import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { type Device, keepFailure, openDevice, startBrowser } from "./support/browser.ts";
import { findAccessFaults } from "./support/checks.ts";
import { seeing } from "./support/see.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { signIn } from "./support/sign-in.ts";
import { unlockByPassphrase } from "./support/unlock.ts";

const product = joinProduct();
const NEWS_MS = 60_000; // an open page looks every 30 s

/** Two browsers of one person, in the whole product: the new one is never told the passphrase. */
describe("a browser that another lets in", { timeout: 240_000 }, () => {
  const person = new Person(product);
  let browser: Browser;
  let old: Device;
  let fresh: Device;
  const { see, faults } = seeing(() => fresh.page);

  beforeAll(async () => {
    browser = await startBrowser();
    await person.settle(PASSPHRASE);
    await person.api.keyring.recordRecoveryCheck({});
    old = await openDevice(browser, product.url);
    fresh = await openDevice(browser, product.url);
    await signIn(old.page, person.email);
    await old.page.goto("/vault");
    await unlockByPassphrase(old.page, PASSPHRASE);
    await signIn(fresh.page, person.email);
  });
  afterAll(async () => browser.close());
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    await keepFailure(old, `enrolment old ${task.name}`);
    await keepFailure(fresh, `enrolment fresh ${task.name}`);
  });

  const askIn = async ({ page }: Device): Promise<string> => {
    await page.getByRole("button", { name: "Show the six words" }).click();
    const list = page.getByRole("list", { name: "Six words" });
    await list.waitFor();
    return (await list.getByRole("listitem").allTextContents()).join(" ");
  };
  const fieldOf = ({ page }: Device) => page.getByLabel("The six words that the new device shows");
  const typeInto = async (device: Device, typed: string) => {
    await fieldOf(device).fill(typed);
    await device.page.getByRole("button", { name: "Let it in" }).click();
  };

  it("keeps an item in the first, and shows the second a locked vault with one way more", async () => {
    await old.page.getByRole("button", { name: /^Login/ }).click();
    await old.page.getByLabel("Name", { exact: true }).fill("Savings bank");
    await old.page.getByRole("button", { name: "Make one" }).click();
    await old.page.getByRole("button", { name: "Save", exact: true }).click();
    await old.page.getByText("1 item", { exact: true }).waitFor();
    await fresh.page.goto("/vault");
    await fresh.page.getByRole("button", { name: "Use another device of yours" }).click();
  });

  it("is told that it was turned away, and asks again", async () => {
    const words = await askIn(fresh);
    expect(words.split(" ")).toHaveLength(6);
    await see("enrolment-waiting");
    await old.page.getByText("asks to be let in to your vault").waitFor({ timeout: NEWS_MS });
    await old.page.getByRole("button", { name: /^Turn away/ }).click();
    await fresh.page.getByText("Your other device turned this one away.").waitFor();
    await fieldOf(old).waitFor({ state: "detached" });
    await fresh.page.getByRole("button", { name: "Ask again" }).click();
    await fresh.page.getByText("Waiting for your other device.").waitFor();
    await fresh.page.getByRole("button", { name: "Take the request back" }).click();
    await expect.poll(async () => (await person.api.enrolments.list({})).items).toEqual([]);
  });

  it("is not let in by other words; by its own it opens, and shows the item", async () => {
    const words = await askIn(fresh);
    await fieldOf(old).waitFor({ timeout: NEWS_MS });
    expect(await findAccessFaults(old.page)).toEqual([]);
    await typeInto(old, "zoo zoo zoo zoo zoo zoo");
    await old.page.getByText("No device that asks shows these words.").waitFor();
    await fresh.page.getByText("Waiting for your other device.").waitFor();
    await typeInto(old, words.toUpperCase());
    await old.page.getByText("was let in.").waitFor();
    await fresh.page.getByText("Savings bank").first().waitFor({ timeout: 30_000 });
    const { items } = await person.api.keyring.listDevices({});
    expect(items).toHaveLength(3); // and the one that made the account
  });

  it("is a device like any other: it lets in a third, after the first is closed", async () => {
    await old.context.close();
    const third = await openDevice(browser, product.url, { size: "phone" });
    await signIn(third.page, person.email);
    await third.page.goto("/vault");
    await third.page.getByRole("button", { name: "Use another device of yours" }).click();
    const words = await askIn(third);
    await fieldOf(fresh).waitFor({ timeout: NEWS_MS });
    await typeInto(fresh, words);
    await third.page.getByText("Savings bank").first().waitFor({ timeout: 30_000 });
    expect([...fresh.complaints, ...third.complaints, ...faults]).toEqual([]);
  });
});
