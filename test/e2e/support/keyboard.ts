import type { Locator, Page } from "playwright-core";

const STEPS_MAX = 60;

/** Presses Tab until something has the focus, as someone without a mouse does. Fails when the whole page was gone through. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor();
  for (let steps = 0; steps < STEPS_MAX; steps++) {
    if (await target.evaluate((element) => element === document.activeElement)) return demandSeen(target);
    await page.keyboard.press("Tab");
  }
  throw new Error(`${target} is not reached by Tab`);
}

export async function pressOn(page: Page, target: Locator): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Enter");
}

export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.type(text);
}

/** What has the focus must show it, and not lie under something else. */
async function demandSeen(target: Locator): Promise<void> {
  const fault = await target.evaluate((element) => {
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    const around = element.closest("form, label");
    const isShown = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
    const isShownAround = around !== null && getComputedStyle(around).outlineStyle !== "none";
    if (!isShown && !isShownAround) return "shows no focus";
    const { left, top, width, height } = element.getBoundingClientRect();
    const above = document.elementFromPoint(left + width / 2, top + height / 2);
    return above === null || element.contains(above) || above.contains(element)
      ? undefined
      : `lies under ${above.outerHTML.slice(0, 100)}`;
  });
  if (fault) throw new Error(`${target} ${fault}`);
}
