import type { Browser, WebSocketRoute } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { idOf } from "#shared/ids.ts";
import { listLinks, readLink } from "#test/support/mailbox.ts";
import { Person } from "#test/support/person.ts";
import { gateways, killAll, lambdaWorkers, supervisors } from "#test/support/processes.ts";
import { joinProduct } from "#test/support/product.ts";
import { taskOf } from "#test/support/task-of.ts";
import { type Device, keepFailure, openDevice, SIZES, startBrowser } from "./support/browser.ts";
import { findAccessFaults, findWideElements } from "./support/checks.ts";
import { pressOn, typeInto } from "./support/keyboard.ts";
import { goTo, goToSetting } from "./support/places.ts";
import { seeing } from "./support/see.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { answersOf, composerOf, messagesOf, readAnswer, say } from "./support/talk.ts";

const product = joinProduct();
const TICKETS = "**/v1/relay/tickets";

/** Someone whose agent runs already comes with a browser: everything by the keyboard, over a line that breaks. */
describe("a second device", { timeout: 300_000 }, () => {
  const person = new Person(product);
  const sockets: { readonly near: WebSocketRoute; readonly far: WebSocketRoute }[] = [];
  const { see, faults } = seeing(() => device.page);
  let browser: Browser;
  let device: Device;

  beforeAll(async () => {
    browser = await startBrowser();
    await person.settle(PASSPHRASE);
    await person.api.keyring.recordRecoveryCheck({});
    await person.deploy("Ada");
    await person.isOpen();
    await person.replyTo(await person.say("remember the word zebra"), 240_000);
    device = await openDevice(browser, product.url);
    await device.page.routeWebSocket(/\/relay/, (socket) => {
      sockets.push({ near: socket, far: socket.connectToServer() });
    });
  });
  afterAll(async () => {
    person.link?.close();
    await browser.close();
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await keepFailure(device, `second device ${task.name}`);
  });

  it("signs in, unlocks and talks with the keyboard alone", async () => {
    const { page } = device;
    const before = await listLinks(product.endpoint, person.email, "link");
    await page.goto("/");
    await typeInto(page, page.getByLabel("E-mail address"), person.email);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Check your mail" }).waitFor();
    await page.goto(`/link#${await readLink(product.endpoint, person.email, "link", before)}`);
    await typeInto(page, page.getByLabel("Vault passphrase"), PASSPHRASE);
    await page.keyboard.press("Enter");
    await messagesOf(page).getByText("remember the word zebra").first().waitFor({ timeout: 60_000 });
    await pressOn(page, page.getByRole("button", { name: "New conversation" }));
    await typeInto(page, composerOf(page), "said without a mouse");
    await page.keyboard.press("Enter");
    expect(await readAnswer(page, "said without a mouse")).toContain("demo model");
  });

  it("is heard by the first: what is said here stands there too", async () => {
    const heard = await person.until(() =>
      person.messages.find((m) => m.type === "chat.entry" && m.entry.text === "said without a mouse"),
    );
    expect(heard).toBeDefined();
  });

  it("goes on by itself when the relay's socket is cut in the middle of an answer", async () => {
    const { page } = device;
    const before = sockets.length;
    await say(page, "count to 150");
    await expect.poll(() => answersOf(page).last().textContent(), { timeout: 60_000 }).toContain("10 11");
    await page.route(TICKETS, (route) => route.fulfill({ status: 503 }));
    const { near, far } = sockets.at(-1) ?? {};
    await Promise.all([near?.close({ code: 4000, reason: "cut by a test" }), far?.close()]);
    await page.getByText("Reconnecting.").waitFor();
    await see("chat-reconnecting");
    await page.unroute(TICKETS);
    expect(await readAnswer(page, "149 150")).toContain("98 99 100 101 102");
    expect(await answersOf(page).filter({ hasText: "149 150" }).count()).toBe(1);
    expect(sockets.length).toBeGreaterThan(before);
  });

  it.each([
    ["the agent's process", 151, supervisors],
    ["OpenClaw", 152, gateways],
    ["every Lambda worker", 153, lambdaWorkers],
  ])("C07 goes on by itself, without a reload or a click, when %s dies in mid-answer", async (what, upTo, find) => {
    const { page } = device;
    const [agent] = (await person.api.agents.list({})).items;
    const { account } = person;
    if (!agent || !account) throw new Error("they were made at the start");
    person.link?.close(); // no other device of theirs unlocks the agent
    await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
    const task = await taskOf(product, { tenantId: account.tid, agentId: agent.id });
    const before = await answersOf(page).count();
    await say(page, `count to ${upTo}`);
    const answer = answersOf(page).nth(before);
    await expect.poll(() => answer.textContent(), { timeout: 60_000 }).toContain("10 11");
    const found = find(product.folder, task);
    expect(found.length).toBeGreaterThan(0);
    killAll(found);
    expect(await answer.textContent()).not.toContain(`${upTo}`); // it was in the middle
    const end = `${upTo - 1} ${upTo}`;
    expect(await readAnswer(page, end)).toContain("98 99 100 101 102");
    expect(await answersOf(page).filter({ hasText: end }).count()).toBe(1);
    await say(page, `said after ${what}`);
    expect(await readAnswer(page, `said after ${what}`)).toContain("demo model");
    expect(await page.evaluate(() => "isTheSamePage" in window)).toBe(true);
    person.openLink(agent.id);
    await person.isOpen();
  });

  it("stops an answer with Esc and keeps what was written", async () => {
    const { page } = device;
    await say(page, "count to 900");
    await page.getByRole("button", { name: "Stop", exact: true }).waitFor({ timeout: 60_000 });
    await expect.poll(() => answersOf(page).last().textContent()).toContain("10 11 12");
    await see("chat-answering");
    await page
      .getByRole("complementary", { name: "Organisation and agent" })
      .getByRole("button", { name: "Sleep" })
      .click();
    await page.getByRole("alertdialog", { name: "Ada is answering" }).waitFor();
    await see("sleep-asked");
    await page.getByRole("button", { name: "Let Ada answer" }).click();
    await composerOf(page).focus();
    await page.keyboard.press("Escape");
    await page.getByText("Stopped. What was written so far is kept.").waitFor({ timeout: 60_000 });
    expect(await answersOf(page).filter({ hasText: "899 900" }).count()).toBe(0);
  });

  it("asks before the agent runs a command, runs what was allowed, and not what was denied", async () => {
    const { page } = device;
    await say(page, "run: echo allowed-by-me");
    await page.getByRole("button", { name: "Allow once" }).waitFor({ timeout: 60_000 });
    await see("chat-approval");
    await page.getByRole("button", { name: "Allow once" }).click();
    expect(await readAnswer(page, "The demo model ran it")).toContain("allowed-by-me");
    await say(page, "run: touch never-there");
    await page.getByRole("button", { name: "Deny" }).click({ timeout: 60_000 });
    await messagesOf(page).getByText("Refused").waitFor({ timeout: 60_000 });
    await see("chat-denied");
    await say(page, "run: ls never-there || echo was-never-made");
    await page.getByRole("button", { name: "Allow once" }).click({ timeout: 60_000 });
    await readAnswer(page, /The tool said: .*was-never-made/);
    expect(faults).toEqual([]);
  });

  it("shows a chat that axe has nothing against, also at 320 pixels and at twice the size", async () => {
    const { page } = device;
    expect(await findAccessFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await findWideElements(page)).toEqual([]);
    expect(await findAccessFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 720, height: 450 }); // 1440 × 900 at 200 %
    expect(await findWideElements(page)).toEqual([]);
  });

  it("takes the first back: it is heard no more, its session ends, and signed in anew it gets no way to the agent", async () => {
    const { page } = device;
    await page.setViewportSize(SIZES.desktop);
    const [agent] = (await person.api.agents.list({})).items;
    const { account, device: first } = person;
    if (!agent || !account || !first) throw new Error("they were made at the start");
    const conversationId = idOf("conversation").parse(page.url().split("/").at(-1));
    await goToSetting(page, "Devices");
    await page.getByRole("button", { name: "Take back Test browser" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Take back Test browser" }).click();
    const row = page.getByRole("list", { name: "Devices" }).getByRole("listitem").filter({ hasText: "Test browser" });
    await row.getByText("taken back").waitFor();
    await person.say("said by one that was taken back", conversationId);
    await goTo(page, "Chat");
    await say(page, "said by the one that stays");
    expect(await readAnswer(page, "said by the one that stays")).toContain("demo model");
    expect(await messagesOf(page).getByText("said by one that was taken back").count()).toBe(0);
    expect(JSON.stringify(person.messages)).not.toContain("said by the one that stays");
    const refusal = () => person.whoAmI().catch((error: unknown) => error);
    await expect.poll(refusal).toMatchObject({ code: "auth.required" });
    await person.signIn();
    await person.enter(account.tid);
    const ticket = person.api.chat.relayTicket({ agentId: agent.id, deviceId: first.id });
    await expect(ticket).rejects.toMatchObject({ code: "device.revoked" });
  });
});
