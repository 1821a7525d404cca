import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { type Device, keepFailures } from "./support/browser.ts";
import { openTwoDevices } from "./support/two-devices.ts";
import { enterVault } from "./support/unlock.ts";

const product = joinProduct();

/** A file goes through the browser, sealed, to where objects lie, and comes back on another device. */
describe("a file in the vault", { timeout: 120_000 }, () => {
  const person = new Person(product);
  const content = Buffer.from(makeBytes(50_000)).toString("hex").repeat(20); // two megabytes
  let browser: Browser;
  let laptop: Device;
  let phone: Device;

  const enter = ({ page }: Device) => enterVault(page, person.email);
  const saved = async (page: Page) => {
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "Save to this device" }).click();
    const download = await coming;
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
  };

  beforeAll(async () => {
    ({ browser, laptop, phone } = await openTwoDevices(product, person));
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("files", () => ({ laptop, phone })));

  it("is chosen on one device and saved on another, under a name that is safe", async () => {
    const { page } = laptop;
    const sent: string[] = [];
    page.on("request", (request) => request.method() === "PUT" && sent.push(request.url()));
    await enter(laptop);
    await page.getByRole("button", { name: /^File/ }).click();
    const name = "..\\lease\u202Efdp.html";
    await page.locator("input[type=file]").setInputFiles({ name, mimeType: "text/html", buffer: Buffer.from(content) });
    await page.getByLabel("Name", { exact: true }).fill("Lease");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Lease" }).waitFor();
    await page.getByRole("button", { name: "Save to this device" }).waitFor();
    expect(sent).toEqual([expect.stringMatching(/\/t\/tnt_\w+\/vaults\/vlt_\w+\/files\/fil_\w+\?/)]);

    await enter(phone);
    await phone.page.getByRole("button", { name: /^Lease/ }).click();
    const got = await saved(phone.page);
    expect(got.name).not.toMatch(/[\\\u202E]/);
    expect([got.name.endsWith(".html"), got.text === content]).toEqual([true, true]);
  });

  it("stays as it was when a replacement is cancelled on its way", async () => {
    const { page } = laptop;
    let held: (() => void) | undefined;
    await page.route(/\/files\/fil_/, async (route) => {
      if (route.request().method() !== "PUT") return route.continue();
      await new Promise<void>((resolve) => {
        held = resolve;
      });
      await route.abort();
    });
    const other = { name: "other.txt", mimeType: "text/plain", buffer: Buffer.from("other") };
    await page.locator("input[type=file]").setInputFiles(other);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("not sealed yet").waitFor();
    held?.();
    await page.unroute(/\/files\/fil_/);
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.getByRole("button", { name: "Discard" }).click();
    expect((await saved(page)).text).toBe(content);
  });

  it("is not handed out when what lies there was altered", async () => {
    const { page } = phone;
    await page.route(/\/files\/fil_/, async (route) => {
      const response = await route.fetch();
      const body = await response.body();
      body[body.length - 20] = (body[body.length - 20] ?? 0) ^ 1;
      await route.fulfill({ response, body });
    });
    await page.getByRole("button", { name: "Save to this device" }).click();
    await page.getByText("This is not the file that was sealed").waitFor();
    await page.unroute(/\/files\/fil_/);
    expect((await saved(page)).text).toBe(content);
    expect([...laptop.complaints, ...phone.complaints].filter((text) => !/ERR_FAILED/.test(text))).toEqual([]);
  });
});
