import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openFakeProvider } from "#test/support/fake-provider.ts";
import { joinProduct } from "#test/support/product.ts";
import { type Device, keepFailure, openDevice, type SizeName, startBrowser } from "./support/browser.ts";
import { chooseModel } from "./support/choose-model.ts";
import { goTo, goToAgent, goToSetting } from "./support/places.ts";
import { seeing } from "./support/see.ts";
import { nothing, PASSPHRASE, settle } from "./support/settle.ts";
import { signIn } from "./support/sign-in.ts";
import { messagesOf, readAnswer, say, watchAnswer } from "./support/talk.ts";
import { takeNewKeys, unlockByPassphrase, unlockByPhrase } from "./support/unlock.ts";

const product = joinProduct();
const NEXT = "harbour violet anchor biscuit ledger canyon plume";
const AWAKE_MS = 150_000;
const LAST = "walnut harbor pixel tundra ember saddle orbit";

// an agent's start takes a minute on a busy machine
describe.each<SizeName>(["desktop", "phone"])("the whole story on a %s", { timeout: 300_000 }, (size) => {
  let browser: Browser;
  let device: Device;
  let words: string;
  // one run is pictured: each picture is of both sizes anyway
  const { see, faults } = size === "desktop" ? seeing(() => device.page) : { see: nothing, faults: [] };
  const email = `${crypto.randomUUID()}@people.example`;
  /** The one conversation or the other: which is the newest is not told here. */
  const whatWasSaid = () =>
    messagesOf(device.page)
      .getByText(/zebra|a second beginning/)
      .first();

  beforeAll(async () => {
    browser = await startBrowser();
    device = await openDevice(browser, product.url, { size });
  });
  afterAll(async () => {
    await browser.close();
  });

  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await keepFailure(device, `${size} ${task.name}`);
  });

  it("goes from an e-mail address to an agent that is starting", async () => {
    words = await settle(device.page, email, see);
    expect(words.split(" ")).toHaveLength(12);
  });

  it("has an answer that is written while one reads it", async () => {
    const { page } = device;
    await page.getByRole("link", { name: "Write the first message" }).click();
    await page.getByRole("heading", { name: "What should Ada do first?" }).waitFor();
    await see("chat-first");
    const lengths = await watchAnswer(page);
    await say(page, "count to 60, and remember the word zebra");
    expect(await readAnswer(page, "59 60")).toContain("1 2 3");
    expect((await lengths()).length).toBeGreaterThan(5);
    await see("chat-answered");
  });

  it("marks the first start as one that nobody compared, and says that this is one machine", async () => {
    const { page } = device;
    await page.getByRole("button", { name: "Sealed, first start" }).click();
    const title = page.getByText("Sealed to a process of this machine");
    await title.waitFor();
    await see("chat-seal-first-start");
    await page.keyboard.press("Escape");
    await title.waitFor({ state: "detached" });
  });

  it("puts the agent to sleep with its state sealed, wakes it, and finds all that was said", async () => {
    const { page } = device;
    await goToAgent(page);
    await page.getByRole("main").getByRole("button", { name: "Sleep" }).click(); // nothing is being said: nothing is asked
    await page.getByRole("heading", { name: "Asleep" }).waitFor({ timeout: 90_000 });
    await page.getByText(/sealed .* \(number \d+\)/).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Fell asleep" }).waitFor(); // its history goes on as one looks
    await see("agent-asleep");
    await page.getByRole("main").getByRole("button", { name: "Wake" }).click();
    await page.getByRole("heading", { name: "Running" }).waitFor({ timeout: AWAKE_MS }); // OpenClaw answers by then
    await page.getByRole("listitem").filter({ hasText: "task 2" }).first().waitFor();
    await see("agent-awake-again");
    await goTo(page, "Chat");
    await messagesOf(page).getByText("remember the word zebra").first().waitFor();
    await page.getByRole("button", { name: "Sealed", exact: true }).waitFor(); // held against the first start
    await say(page, "what did I say before?");
    expect(await readAnswer(page, "Before this you said")).toContain("zebra");
  });

  it("begins another conversation, and both stay", async () => {
    const { page } = device;
    if (size === "phone") await page.getByRole("button", { name: "Conversations" }).click();
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("heading", { name: "What should Ada do first?" }).waitFor();
    await say(page, "a second beginning");
    expect(await readAnswer(page, "a second beginning")).toContain("demo model");
    expect(await messagesOf(page).getByText("zebra").count()).toBe(0);
    if (size === "phone") await page.getByRole("button", { name: "Conversations" }).click();
    const list = page.getByRole("navigation", { name: "Conversations" });
    await see("chat-two-conversations");
    expect(await list.getByRole("listitem").count()).toBe(2);
    await list.getByRole("link", { name: /zebra/ }).click();
    await messagesOf(page).getByText("remember the word zebra").first().waitFor();
  });

  it.runIf(size === "desktop")("has its answers from a model of one's own, and from the demo model again", async () => {
    const provider = await openFakeProvider(["Their ", "own ", "words."]);
    const { page } = device;
    const apiKey = `sk-${crypto.randomUUID()}`;
    try {
      const place = { Address: provider.baseUrl, "Model id": "their-model", "API key": apiKey };
      await chooseModel(page, /^OpenAI/, place);
      await messagesOf(page).getByText("a second beginning").first().waitFor(); // the newest is led to
      await say(page, "hello to a model of my own");
      await readAnswer(page, "Their own words.");
      const asked = provider.asked.at(-1);
      expect(asked).toMatchObject({ url: "/v1/chat/completions", body: { model: "their-model" } });
      expect(asked?.headers.authorization).toBe(`Bearer ${apiKey}`);
      expect(JSON.stringify(asked?.body)).toContain("hello to a model of my own");
      await chooseModel(page, /^Demo model/, {});
      await messagesOf(page).getByText("Their own words.").first().waitFor();
      await say(page, "hello to the demo model");
      expect(await readAnswer(page, "hello to the demo model")).toContain("This is the demo model");
    } finally {
      await provider.close();
    }
  });

  it("checks the recovery words in the settings, and sees its session there", async () => {
    const { page } = device;
    await goToSetting(page, "Recovery");
    await page.getByLabel("Your twelve words").fill(words);
    await page.getByRole("button", { name: "Check the words on this device" }).click();
    await page.getByText("These words open your vault.").waitFor();
    await see("settings-recovery-right");
    await goToSetting(page, "Security");
    const here = page.getByRole("listitem").filter({ hasText: "this device" });
    await here.first().waitFor();
    await see("settings-security");
    expect(await here.count()).toBe(1);
  });

  it("changes the passphrase, signs out and in, and opens the vault by the new one and not by the old", async () => {
    const { page } = device;
    await page.getByLabel("Present passphrase").fill(PASSPHRASE);
    await page.getByLabel("New passphrase", { exact: true }).fill(NEXT);
    await page.getByLabel("New passphrase again").fill(NEXT);
    await page.getByRole("button", { name: "Change passphrase" }).click();
    await page.getByText("Changed. The old passphrase").waitFor({ timeout: 30_000 });
    await page.getByRole("button", { name: "Sign out of this browser" }).click();
    await page.getByLabel("E-mail address").waitFor();
    await signIn(page, email);
    await page.getByLabel("Vault passphrase").fill(PASSPHRASE);
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
    await page.getByText("This is not the passphrase of your vault").waitFor({ timeout: 30_000 });
    await unlockByPassphrase(page, NEXT);
    await whatWasSaid().waitFor();
  });

  it("opens the vault by the recovery phrase in a browser that has seen nothing, only to take new keys, with nothing said lost", async () => {
    const { context, complaints } = device;
    await context.close();
    device = await openDevice(browser, product.url, { size });
    const { page } = device;
    await signIn(page, email);
    await unlockByPhrase(page, words);
    await page.getByRole("heading", { name: "You are back. Take new keys" }).waitFor();
    await see("recovered");
    expect(await takeNewKeys(page, LAST)).not.toBe(words);
    await page.getByText("Sealing everything under your new keys").waitFor({ state: "detached", timeout: 120_000 });
    await whatWasSaid().waitFor({ timeout: AWAKE_MS });
    await say(page, "what did I say before?");
    await readAnswer(page, "Before this you said");
    expect([...complaints, ...device.complaints]).toEqual([]);
    expect(faults).toEqual([]);
  });
});
