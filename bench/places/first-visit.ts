import { serveFolder, serveWeb } from "#test/support/serve-web.ts";
import { openDevice, startBrowser } from "../../test/e2e/support/browser.ts";
import { buildReactPage } from "./react-alone.ts";
import { standUntil } from "./standing.ts";

/** Somebody who comes for the first time, with a processor four times as slow, and types all the while. */
export interface FirstVisits {
  /** Milliseconds from the navigation until the sign-in page's field has a letter and the page is at rest. */
  ours(): Promise<number>;
  /** The same of a page that is one field. */
  plain(): Promise<number>;
  end(): Promise<void>;
}

const SLOWER = 4;
const REST_MS = 1_000;
const PATIENCE_MS = 60_000;

export async function openFirstVisits(): Promise<FirstVisits> {
  const web = await serveWeb();
  const peer = await serveFolder(await buildReactPage());
  const browser = await startBrowser();
  const end = standUntil(async () => {
    await browser.close();
    await Promise.all([web.close(), peer.close()]);
  });

  const visit = async (origin: string): Promise<number> => {
    const { context, page, complaints } = await openDevice(browser, origin); // nothing is in its cache
    try {
      const devtools = await context.newCDPSession(page);
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
      await page.addInitScript(watchVisit);
      await page.goto("/", { waitUntil: "commit" });
      const until = Date.now() + PATIENCE_MS;
      while (!(await page.evaluate(() => "typedAt" in window))) {
        if (Date.now() > until) throw new Error(`nothing could be typed: ${complaints.join("; ")}`);
        await page.keyboard.press("a");
      }
      return await page.evaluate(restAfterTyping, REST_MS);
    } finally {
      await context.close();
    }
  };
  return { ours: () => visit(web.url), plain: () => visit(peer.url), end };
}

interface Watched {
  typedAt?: number;
  /** When the last task of more than 50 ms ended. */
  busyUntil: number;
}

/** In the page, before any of its own: its first field has the keyboard from when it is there. */
function watchVisit(): void {
  const watched: Watched = Object.assign(window, { busyUntil: 0 });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) watched.busyUntil = startTime + duration;
  }).observe({ type: "longtask", buffered: true });
  new MutationObserver(() => {
    if (document.activeElement?.localName !== "input") document.querySelector("input")?.focus();
  }).observe(document, { childList: true, subtree: true });
  addEventListener("input", () => {
    watched.typedAt ??= performance.now();
  });
}

async function restAfterTyping(restMs: number): Promise<number> {
  const watched = window as unknown as Required<Watched>; // a letter is there
  const restsFrom = () => Math.max(watched.typedAt, watched.busyUntil);
  while (performance.now() - restsFrom() < restMs) await new Promise((resolve) => setTimeout(resolve, 50));
  return restsFrom();
}
