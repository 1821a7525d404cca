import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { SIZES } from "../support/browser.ts";
import { findAccessFaults, findCutOff, findSmallTargets, findWideElements } from "../support/checks.ts";

const FOLDER = join(import.meta.dirname, "../screens");
const SHEET = join(import.meta.dirname, "../screens.html");

/** Both sizes and both themes, without looking at all four pairs: axe takes longer than everything else. */
const AXE_AT = new Set(["desktop-light", "phone-dark"]);

/** What enlarging leaves of the desktop's window, in CSS pixels, and the narrowest one that WCAG asks for (1280 wide at 400 %). */
const ZOOMED = {
  "200 %": { width: SIZES.desktop.width / 2, height: SIZES.desktop.height / 2 },
  "400 %": { width: 320, height: 640 },
} as const;

/** One state of a page in its four pictures, and what is wrong with it: axe in both themes, what does not fit when it is enlarged too. */
export async function takeScreen(page: Page, name: string, about?: Locator): Promise<string[]> {
  await mkdir(FOLDER, { recursive: true });
  const faults: string[] = [];
  const before = page.viewportSize();
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(60); // two frames: layouts that follow the size in script
      await about?.evaluateAll(bringIntoView);
      await page.screenshot({ path: join(FOLDER, `${name}-${size}-${colorScheme}.png`) });
      if (AXE_AT.has(`${size}-${colorScheme}`))
        for (const fault of await findAccessFaults(page)) faults.push(`${name} ${size} ${colorScheme}: ${fault}`);
    }
    for (const fault of await findWideElements(page)) faults.push(`${name} ${size} scrolls sideways: ${fault}`);
  }
  for (const fault of await findSmallTargets(page)) faults.push(`${name} phone target too small: ${fault}`);
  for (const [zoom, viewport] of Object.entries(ZOOMED)) {
    await page.setViewportSize(viewport);
    await page.waitForTimeout(60);
    for (const fault of await findWideElements(page)) faults.push(`${name} at ${zoom} scrolls sideways: ${fault}`);
    for (const fault of await findCutOff(page)) faults.push(`${name} at ${zoom} is cut off: ${fault}`);
  }
  await page.emulateMedia({ colorScheme: "light" });
  if (before) await page.setViewportSize(before);
  return faults;
}

/** What a state is about may stand far down its page. */
function bringIntoView([element]: Element[]): void {
  const { top = 0, bottom = 0 } = element?.getBoundingClientRect() ?? {};
  if (top < 0 || bottom > innerHeight) element?.scrollIntoView({ block: "center" });
}

/** Pictures of an earlier run which are true no longer. */
export async function dropPictures(name: string): Promise<void> {
  for (const file of await readdir(FOLDER).catch(() => []))
    if (file.startsWith(name)) await rm(join(FOLDER, file), { force: true });
}

/** All pictures on one page, four to a row: what a person looks at before a change is called done. */
export async function writeSheet(): Promise<void> {
  const files = (await readdir(FOLDER)).filter((file) => file.endsWith(".png")).sort();
  const names = [...new Set(files.map((file) => file.replace(/-(desktop|phone)-(light|dark)\.png$/, "")))];
  const rows = names.map((name) => {
    const mine = files.filter((file) => file.startsWith(`${name}-desktop-`) || file.startsWith(`${name}-phone-`));
    const pictures = mine.map((file) => `<a href="screens/${file}"><img src="screens/${file}" alt="${file}"></a>`);
    return `<h2>${name}</h2><div>${pictures.join("")}</div>`;
  });
  await writeFile(
    SHEET,
    `<!doctype html><meta charset="utf-8"><title>Screens</title><style>${STYLE}</style>${rows.join("\n")}\n`,
  );
}

const STYLE =
  "body{font:14px system-ui;margin:24px;background:#888}h2{margin:24px 0 8px}div{display:flex;gap:8px;align-items:flex-start}img{height:420px}";
