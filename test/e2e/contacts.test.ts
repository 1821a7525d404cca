import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { releaseShare } from "#shared/client/recovery/held-share.ts";
import { openVaults, type Vaults } from "#shared/client/vault/vaults.ts";
import { forgeRelease } from "#test/support/forge-share.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { Person } from "#test/support/person.ts";
import { joinProduct } from "#test/support/product.ts";
import { setTier } from "#test/support/set-tier.ts";
import { type Device, keepFailures, openDevice, startBrowser } from "./support/browser.ts";
import { PASSPHRASE } from "./support/settle.ts";
import { signIn } from "./support/sign-in.ts";
import { enterVault, takeNewKeys } from "./support/unlock.ts";

const product = joinProduct();
const NEXT = "harbour pencil glacier tunnel maple orbit velvet";
const WAIT_MS = 60_000; // the local stage hands shares out after 20 s

/** Somebody who has lost everything, and four contacts, in the whole product. */
describe("recovery by contacts", { timeout: 240_000 }, () => {
  const ann = new Person(product);
  const friends = Array.from({ length: 4 }, () => new Person(product));
  const [voice, kind, liar, late] = friends as [Person, Person, Person, Person]; // four were made
  let browser: Browser;
  let old: Device;
  let fresh: Device;
  let words = "";

  const accountOf = ({ account }: Person) => account ?? expect.unreachable();
  const vaultsOf = (person: Person): Vaults => {
    const { vault: api, keyring } = person.api;
    const means = { api, keyring, account: accountOf(person), database: makeMemoryDatabase(), folder: "" };
    const transfer = { put: async () => undefined, get: async () => new Uint8Array(0) };
    return openVaults({ ...means, transfer: transfer as never, now: () => new Date() }); // no files here
  };
  const heldBy = async (person: Person) => (await person.api.recovery.listHeld({})).items[0] ?? expect.unreachable();
  const give = async (person: Person) => {
    const means = { api: person.api.recovery, account: accountOf(person), vaults: vaultsOf(person) };
    await releaseShare(means, await heldBy(person), words);
  };

  const readWords = async (page: Page) => {
    const list = page.getByRole("list", { name: "Six words" });
    await list.waitFor();
    return (await list.getByRole("listitem").allTextContents()).join(" ");
  };

  beforeAll(async () => {
    browser = await startBrowser();
    await ann.settle(PASSPHRASE);
    await setTier(product, accountOf(ann).tid, "pro");
    const anns = vaultsOf(ann);
    for (const friend of friends) {
      await friend.settleWith(ann, PASSPHRASE);
      await anns.verify(await anns.contact(accountOf(friend).uid));
    }
    old = await openDevice(browser, product.url);
    fresh = await openDevice(browser, product.url);
  });
  afterAll(async () => browser.close());
  afterEach(keepFailures("contacts", () => ({ old, fresh })));

  it("are chosen in the settings, with what they could do said beside it", async () => {
    const { page } = old;
    await enterVault(page, ann.email);
    await page.getByRole("link", { name: "Settings" }).first().click();
    await page.getByRole("link", { name: "Recovery", exact: true }).click();
    await page.getByRole("button", { name: "Choose contacts" }).click();
    for (const friend of friends) await page.getByRole("checkbox", { name: friend.email }).check();
    await page.getByLabel("How many are enough").selectOption("3");
    await page.getByText(/3 of them who agree, or who are all fooled/).waitFor();
    await page.getByRole("dialog").getByLabel("Vault passphrase").fill(PASSPHRASE);
    await page.getByRole("button", { name: "Hand out the shares" }).click();
    await page.getByText("3 of these 4 are enough:").waitFor({ timeout: 30_000 });
    const { set } = await ann.api.recovery.getSet({});
    expect([set?.threshold, set?.contacts.length, set?.isAlive]).toEqual([3, 4, true]);
  });

  it("are asked from a browser that has never seen the vault, and every other device is told", async () => {
    const { page } = fresh;
    await signIn(page, ann.email);
    await page.goto("/vault");
    await page.getByRole("button", { name: "Ask your contacts" }).click();
    await page.getByText("This browser makes a key and shows six words.").waitFor();
    await page.getByRole("button", { name: "Ask your contacts" }).first().click();
    words = await readWords(page);
    expect(words.split(" ")).toHaveLength(6);
    await old.page.getByText("Your recovery contacts were asked to open your vault").waitFor({ timeout: 90_000 });
  });

  it("are asked no more once a device says that it was somebody else, and the browser that asked is told", async () => {
    const [{ page }, before] = [fresh, words];
    expect((await heldBy(late)).recoveries).toHaveLength(1);
    await old.page.getByRole("button", { name: "It was not me: cancel it" }).click();
    await old.page.getByText("Your recovery contacts were asked to open your vault").waitFor({ state: "detached" });
    await page.getByText("What this browser asked for is over").waitFor();
    expect(await page.getByRole("list", { name: "Six words" }).count()).toBe(0);
    expect((await heldBy(late)).recoveries).toEqual([]);
    await page.getByRole("button", { name: "Ask your contacts" }).first().click(); // and so it begins anew, with other words
    words = await readWords(page);
    expect(words).not.toBe(before);
  });

  it("release for the words they heard, and for no others", async () => {
    const contact = await openDevice(browser, product.url, { size: "phone" });
    const { page } = contact;
    await enterVault(page, voice.email);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("link", { name: "Settings" }).click();
    await page.getByRole("link", { name: "Recovery", exact: true }).click();
    const field = page.getByLabel(`The six words ${ann.email} read to you`);
    await field.fill("zoo zoo zoo zoo zoo zoo");
    await page.getByRole("button", { name: "Release the share" }).click();
    await page.getByText("Nobody who asks has these words.").waitFor();
    await field.fill(words.toUpperCase());
    await page.getByRole("button", { name: "Release the share" }).click();
    await page.getByText("You have released your share.").waitFor();
    expect(contact.complaints).toEqual([]);
    await contact.context.close();
  });

  it("open nothing by two shares, nor with a third that is forged at x = 0, whose giver is named", async () => {
    const { page } = fresh;
    await give(kind);
    await page.getByText("Shares released: 2. Needed: 3. The wait is over.").waitFor({ timeout: WAIT_MS });
    await page.getByRole("button", { name: "Try with the shares there are" }).click();
    await page.getByText("There are fewer good shares than it takes. Nothing was opened.").waitFor();
    await liar.api.recovery.release(
      forgeRelease(accountOf(liar), await heldBy(liar), accountOf(ann).identity.sign.publicKey),
    );
    await page.getByText("Shares released: 3. Needed: 3.").waitFor();
    await page.getByRole("button", { name: "Open the vault" }).click();
    await page.getByText(`Not usable is what came from ${liar.email}.`).waitFor();
  });

  it("open the vault by three good shares, and everything is changed after it", async () => {
    const { page } = fresh;
    await give(late);
    await page.getByText("Shares released: 4. Needed: 3.").waitFor();
    await page.getByRole("button", { name: "Open the vault" }).click();
    await takeNewKeys(page, NEXT);
    await expect.poll(async () => (await ann.api.recovery.getSet({})).set?.isAlive).toBe(false);
    expect((await ann.api.recovery.list({})).items).toEqual([]);
    const { slots, rootGeneration } = await ann.api.keyring.getKeyring({});
    expect(slots.map(({ type }) => type)).not.toContain("contacts");
    expect(rootGeneration).toBe(2);
    expect(fresh.complaints).toEqual([]);
  });
});
