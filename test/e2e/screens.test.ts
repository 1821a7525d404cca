import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { STATES } from "./sheet/all-states.ts";
import { writeSheet } from "./sheet/take.ts";
import { takeState } from "./sheet/take-states.ts";
import { startBrowser } from "./support/browser.ts";

/** Each is pictured in both sizes and both themes; a person looks at the sheet. What a program can judge is judged here. */
describe("every page in every state has nothing that axe finds, that scrolls sideways or is too small to hit", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await writeSheet();
  });

  // side by side: each waits for pictures more than it computes; a state that was reached too late is taken once more
  it.concurrent.each(STATES.map((state) => [state.name, state] as const))("%s", { retry: 1 }, async (_name, state) => {
    expect(await takeState(browser, inject("webUrl"), state)).toEqual([]);
  });
});
