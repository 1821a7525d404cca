import { randomBytes } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { serveWeb } from "#test/support/serve-web.ts";
import { unlock, withVault } from "../../test/e2e/sheet/account-world.ts";
import { type Answers, answerCalls, ok, type Serve } from "../../test/e2e/sheet/answers.ts";
import { fillVault, many } from "../../test/e2e/sheet/vault-items.ts";
import { openDevice, startBrowser } from "../../test/e2e/support/browser.ts";
import { standUntil } from "./standing.ts";
import { quietly } from "./vaults.ts";

/** The web app as it is built, in a browser; the vault behind it is kept by the product's own code, in this process. */
export interface BrowserPages {
  /** From the click that leads to the vault until the first row of it is painted, on a device that has not seen it, unlocked before. */
  openVault(vault: Answers): Promise<number>;
  /** From the click until 10,000 names and more are painted that lay in one blob: a plain page that draws them all. */
  openPlain(names: readonly PlainRow[]): Promise<number>;
  /** That the page comes to know all of the vault, and not its first rows alone. */
  demandWhole(vault: Answers, count: number): Promise<void>;
  end(): Promise<void>;
}

interface PlainRow {
  readonly name: string;
  readonly detail: string;
}

export async function openPages(): Promise<BrowserPages> {
  const web = await serveWeb();
  const browser = await startBrowser();
  const end = standUntil(async () => {
    await browser.close();
    await web.close();
  });
  return {
    end,
    openVault: (vault) => quietly(() => onVault(browser, web.url, vault, followTo)),
    openPlain: (rows) =>
      onDevice(browser, web.url, async (page) => {
        await servePlain(page, rows);
        await page.goto("/plain");
        return page.evaluate(clickUntilPainted, { link: "button", row: "li" });
      }),
    demandWhole: (vault, count) =>
      quietly(() =>
        onVault(browser, web.url, vault, async (page) => {
          await followTo(page);
          await page.getByText(`${count.toLocaleString("en")} items`, { exact: true }).waitFor({ timeout: WHOLE_MS });
        }),
      ),
  };
}

const WHOLE_MS = 300_000;
const followTo = (page: Page) => page.evaluate(clickUntilPainted, { link: 'a[href="/vault"]', row: VAULT_ROW });
const VAULT_ROW = 'ul[aria-label="Items"] li';

async function onVault<T>(browser: Browser, origin: string, vault: Answers, work: (page: Page) => Promise<T>) {
  return onDevice(browser, origin, async (page) => {
    await answerCalls(page, { ...withVault, "GET /v1/agents": ok({ items: [], cursor: null }), ...vault });
    await page.goto("/agents");
    await unlock(page);
    await page.getByRole("link", { name: "Vault" }).first().waitFor();
    return work(page);
  });
}

async function onDevice<T>(browser: Browser, origin: string, work: (page: Page) => Promise<T>): Promise<T> {
  const { context, page } = await openDevice(browser, origin);
  try {
    return await work(page);
  } finally {
    await page.unrouteAll({ behavior: "ignoreErrors" }); // the rest of the list is on its way
    await context.close();
  }
}

/** In the page. The frame in whose callback the row is there is the one that paints it; the message comes right after it. */
async function clickUntilPainted({ link, row }: { link: string; row: string }): Promise<number> {
  const startedAt = performance.now();
  document.querySelector<HTMLElement>(link)?.click();
  do await new Promise(requestAnimationFrame);
  while (!document.querySelector(row));
  await new Promise((painted) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = painted;
    port2.postMessage(undefined);
  });
  return performance.now() - startedAt;
}

/** A vault of so many items whose answers are made once and given again, so that what is measured is the page. */
export async function serveVault(count: number): Promise<Answers> {
  const { answers } = await quietly(() => fillVault(many(count), remember));
  return answers;
}

function remember(serve: Serve): Serve {
  const known = new Map<string, Promise<Response>>();
  return async (asked) => {
    if (asked.method !== "GET") return serve(asked);
    const answer = known.get(asked.url) ?? serve(asked);
    known.set(asked.url, answer);
    return (await answer).clone();
  };
}

/** Names and details in one blob under AES-256-GCM, fetched, opened by WebCrypto and put into a list as it comes. */
async function servePlain(page: Page, rows: readonly PlainRow[]): Promise<void> {
  const [raw, iv] = [randomBytes(32), randomBytes(12)];
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const plaintext = new TextEncoder().encode(JSON.stringify(rows));
  const blob = Buffer.from(await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, plaintext));
  await page.route("**/plain.bin", (route) => route.fulfill({ body: blob, contentType: "application/octet-stream" }));
  const html = plainPage(raw.toString("base64"), iv.toString("base64"));
  await page.route("**/plain", (route) => route.fulfill({ body: html, contentType: "text/html" }));
}

const plainPage = (key: string, iv: string): string => `<!doctype html><meta charset="utf-8"><title>Plain</title>
<button>Open</button><ul></ul>
<script>
const bytesOf = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
document.querySelector("button").onclick = async () => {
  const [key, blob] = await Promise.all([
    crypto.subtle.importKey("raw", bytesOf("${key}"), "AES-GCM", false, ["decrypt"]),
    fetch("/plain.bin").then((answer) => answer.arrayBuffer()),
  ]);
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytesOf("${iv}") }, key, blob);
  const rows = JSON.parse(new TextDecoder().decode(opened));
  document.querySelector("ul").append(...rows.map(({ name, detail }) => {
    const [row, first, second] = ["li", "div", "div"].map((tag) => document.createElement(tag));
    first.textContent = name;
    second.textContent = detail;
    row.append(first, second);
    return row;
  }));
};
</script>`;
