import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { listLinks, readLink } from "#test/support/mailbox.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { Visitor } from "#test/support/visitor.ts";
import { type Device, keepFailures, openDevice, startBrowser } from "./support/browser.ts";
import { PASSPHRASE } from "./support/settle.ts";

const product = joinProduct();

describe("a page that is asked for before signing in", { timeout: 120_000 }, () => {
  const person = new Person(product);
  let browser: Browser;
  let device: Device;

  beforeAll(async () => {
    browser = await startBrowser();
    await person.settle(PASSPHRASE);
    await person.api.keyring.recordRecoveryCheck({});
    device = await openDevice(browser, product.url);
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("asked for", () => ({ device })));

  it("is gone on to once its window is signed in", async () => {
    const { page } = device;
    const before = await listLinks(product.endpoint, person.email, "link");
    await page.goto("/people");
    await page.getByText("Sign in first.").waitFor();
    await page.getByLabel("E-mail address").fill(person.email);
    await page.getByRole("button", { name: "Send sign-in link" }).click();
    const secret = await readLink(product.endpoint, person.email, "link", before);
    const elsewhere = new Visitor(product, person.email);
    const { code } = await elsewhere.api.identity.showLinkCode({ secret });
    await page.getByLabel(/six digits/).fill(code);
    await page.getByRole("button", { name: "Sign in with the digits" }).click();
    await page.getByRole("heading", { name: "People" }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/people");
  });
});
