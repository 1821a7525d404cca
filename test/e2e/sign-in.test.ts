import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listLinks, readLink } from "#test/support/mailbox.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { ageSession } from "#test/support/set-attribute.ts";
import { Visitor } from "#test/support/visitor.ts";
import { type Device, keepFailures, openDevice, startBrowser } from "./support/browser.ts";
import { goToSetting } from "./support/places.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { followMail, signIn } from "./support/sign-in.ts";

const product = joinProduct();

describe("a page that is asked for before signing in", { timeout: 120_000 }, () => {
  const person = new Person(product);
  let browser: Browser;
  let device: Device;

  beforeAll(async () => {
    browser = await startBrowser();
    await person.settle(PASSPHRASE);
    await person.api.keyring.recordRecoveryCheck({});
  });
  beforeEach(async () => {
    device = await openDevice(browser, product.url);
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("asked for", () => ({ device })));

  /** Leads from that page to a mail. @returns the secret of the link in it */
  async function askAt(path: string): Promise<string> {
    const { page } = device;
    const before = await listLinks(product.endpoint, person.email, "link");
    await page.goto(path);
    await page.getByText("Sign in first.").waitFor();
    await page.getByLabel("E-mail address").fill(person.email);
    await page.getByRole("button", { name: "Send sign-in link" }).click();
    await page.getByText("Check your mail").waitFor();
    return readLink(product.endpoint, person.email, "link", before);
  }

  it("is gone on to once its window is signed in, though it was read again before the digits were typed", async () => {
    const secret = await askAt("/people");
    const { page } = device;
    const elsewhere = new Visitor(product, person.email);
    const { code } = await elsewhere.api.identity.showLinkCode({ secret });
    await page.reload();
    await page.getByLabel(/six digits/).fill(code);
    await page.getByRole("button", { name: "Sign in with the digits" }).click();
    await page.getByRole("heading", { name: "People" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/people");
  });

  it("is gone on to once the link was opened in another tab, and nothing is refused on the way", async () => {
    const secret = await askAt("/vault");
    const { page, context } = device;
    const tab = await context.newPage();
    await tab.goto(`/link#${secret}`);
    await tab.waitForURL("**/home");
    await page.getByText("Unlock your vault").waitFor();
    expect(new URL(page.url()).pathname).toBe("/vault");
    expect(device.refused).toEqual([]);
  });
});

describe("something dangerous, long after signing in", { timeout: 180_000 }, () => {
  const person = new Person(product);
  let browser: Browser;
  let device: Device;

  beforeAll(async () => {
    browser = await startBrowser();
    await person.settle(PASSPHRASE);
    await person.api.keyring.recordRecoveryCheck({});
    device = await openDevice(browser, product.url);
    await signIn(device.page, person.email);
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("confirmed", () => ({ device })));

  /** All sessions of the person are of long ago, and the page asks with a token that nobody has seen yet. */
  async function comeBackLater(): Promise<Page> {
    const me = await person.whoAmI();
    const { items } = await person.api.identity.listSessions({});
    for (const session of items) await ageSession(product, { ...me, session: { ...me.session, id: session.id } });
    await device.page.goto("/settings/api-keys");
    return device.page;
  }

  async function createKey(page: Page, name: string): Promise<void> {
    await page.getByRole("button", { name: "New API key" }).click();
    await page.getByLabel("Name", { exact: true }).fill(name);
    await page.getByRole("checkbox", { name: /agents:read/ }).check();
    await page.getByRole("button", { name: "Create API key" }).click();
  }

  it("is asked about once, in place; the link opened in another tab lets it go on, with what was typed", async () => {
    const page = await comeBackLater();
    await createKey(page, "By a link");
    await page.getByText("It is shown this once").waitFor(); // asked on the way, and answered as whoever signs in here does
    expect(device.refused.filter((refused) => refused.includes("api-keys"))).toEqual(["403 POST /v1/api-keys"]);
    await page.getByRole("button", { name: "I have kept it" }).click();
    await createKey(page, "A second one");
    await page.getByText("It is shown this once").waitFor();
    await page.getByRole("button", { name: "I have kept it" }).click();
    const { items } = await person.api.identity.listApiKeys({});
    expect(items.map(({ name }) => name).sort()).toEqual(["A second one", "By a link"]);
    expect(device.refused.filter((refused) => refused.includes("api-keys"))).toHaveLength(1);
  });

  it("is done by the six digits that another browser shows, or left as it is", async () => {
    const page = await comeBackLater();
    const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
    await page.removeLocatorHandler(dialog);
    await createKey(page, "By digits");
    await dialog.waitFor();
    await page.keyboard.press("Escape"); // ends the question alone: what was typed below it stays
    await dialog.waitFor({ state: "detached" });
    expect(await page.getByLabel("Name", { exact: true }).inputValue()).toBe("By digits");
    await page.getByRole("button", { name: "Create API key" }).click();
    await dialog.getByRole("button", { name: "Leave it" }).click();
    await page.getByText("Confirm first that it is you.").waitFor();
    await page.getByRole("button", { name: "Create API key" }).click();
    const before = await listLinks(product.endpoint, person.email, "link");
    await dialog.getByRole("button", { name: "Send the link" }).click();
    const secret = await readLink(product.endpoint, person.email, "link", before);
    const { code } = await new Visitor(product, person.email).api.identity.showLinkCode({ secret });
    await dialog.getByLabel(/six digits/).fill(code);
    await dialog.getByRole("button", { name: "Confirm with the digits" }).click();
    await page.getByText("It is shown this once").waitFor();
    expect(device.complaints).toEqual([]);
  });
});

describe("two people, of whom one invites the other", { timeout: 180_000 }, () => {
  const [ann, ben] = [new Person(product), new Person(product)];
  let browser: Browser;
  let hers: Device;
  let his: Device;
  let elsewhere: Device;

  beforeAll(async () => {
    browser = await startBrowser();
    await Promise.all([ann.settle(PASSPHRASE, "Hers"), ben.settle(PASSPHRASE, "His")]);
    for (const { api } of [ann, ben]) await api.keyring.recordRecoveryCheck({});
    hers = await openDevice(browser, product.url);
    his = await openDevice(browser, product.url);
    elsewhere = await openDevice(browser, product.url, { size: "phone" });
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("invited", () => ({ hers, his, elsewhere })));

  it("sends the invite by the page, follows it out of the mailbox, and joins", async () => {
    const { page } = hers;
    await signIn(page, ann.email);
    await page.goto("/people");
    await page.getByRole("button", { name: "Invite people" }).click();
    await page.getByLabel("E-mail addresses").fill(ben.email);
    await page.getByRole("button", { name: "Send invite" }).click();
    await page.getByRole("region", { name: "Invites" }).getByText(ben.email).waitFor();

    await signIn(his.page, ben.email);
    await his.page.goto("/mailbox");
    await followMail(his.page, ben.email, "Invite to join Hers");
    await his.page.getByRole("button", { name: "Join Hers" }).click();
    await his.page.getByLabel("Passphrase", { exact: true }).waitFor(); // another organisation, another vault
    const { items } = await ann.api.tenants.listMembers({});
    expect(items.map(({ email }) => email)).toContain(ben.email);
  });

  it("goes to the organisation that one was in before and back, and sees in each who is there", async () => {
    const { page } = his;
    await page.getByRole("button", { name: "Go to His" }).click();
    await page.waitForURL(({ pathname }) => pathname !== "/start"); // the token of the other organisation is there
    await page.goto("/people");
    const members = page.getByRole("region", { name: "Members" });
    await members.getByText(ben.email).waitFor();
    expect(await members.getByText(ann.email).count()).toBe(0);
    await page.getByRole("button", { name: /^His / }).click();
    await page.getByRole("menuitem", { name: "Hers" }).click();
    await page.getByRole("button", { name: "Go to His" }).waitFor();
    expect((await ben.whoAmI()).memberships.map(({ name }) => name).sort()).toEqual(["Hers", "His"]);
  });

  it("ends the session of the other browser, which is signed out", async () => {
    await signIn(elsewhere.page, ann.email);
    await elsewhere.page.goto("/people");
    await elsewhere.page.getByRole("heading", { name: "People" }).waitFor();
    const { page } = hers;
    await goToSetting(page, "Security");
    const others = page.getByRole("button", { name: /^End session of/ });
    await others.first().waitFor();
    for (let left = await others.count(); left > 0; left--) {
      await others.first().click();
      await expect.poll(() => others.count()).toBe(left - 1);
    }
    await elsewhere.page.reload();
    await elsewhere.page.getByLabel("E-mail address").waitFor();
    await page.reload();
    await page.getByRole("listitem").filter({ hasText: "this device" }).waitFor();
    expect(hers.complaints.concat(his.complaints, elsewhere.complaints)).toEqual([]);
  });
});
