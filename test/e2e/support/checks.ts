import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";

/** What axe finds on a page as it stands: the rule, and the first elements it concerns. */
export async function findAccessFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(" | ")}`,
  );
}

/** The elements which make a page wider than its window; none where nothing scrolls sideways. */
export function findWideElements(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    if (scrollWidth <= innerWidth) return [];
    const wide = [...document.querySelectorAll("body *")].filter(
      (element) => element.getBoundingClientRect().right > innerWidth + 1,
    );
    return [`${scrollWidth} of ${innerWidth}`, ...wide.slice(-3).map(({ outerHTML }) => outerHTML.slice(0, 160))];
  });
}

/** The smallest side of anything one can press, in CSS pixels, where it is below WCAG's 24; links in a text are exempt. */
export function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, [role=button], input, select, textarea, [role=menuitem]")]
      .filter((element) => element.offsetParent !== null && !element.closest("label"))
      .filter((element) => Math.min(element.offsetWidth, element.offsetHeight) < 24)
      .map((element) => `${element.offsetWidth}×${element.offsetHeight} ${element.outerHTML.slice(0, 120)}`),
  );
}

/** What one can press, but not bring into the window by scrolling: cut off, with no way to it. Leaves the page scrolled as it was. */
export function findCutOff(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const scrolled = [...document.querySelectorAll("*")].map((element) => [element, element.scrollTop] as const);
    const cut = [...document.querySelectorAll<HTMLElement>("button, a, input, select, textarea, [role=menuitem]")]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.offsetWidth > 1)
      .filter((element) => {
        element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
        const { left, right, top, bottom } = element.getBoundingClientRect();
        const isIn = (at: number, end: number) => at > -1 && at < end + 1;
        return !isIn((left + right) / 2, innerWidth) || !isIn((top + bottom) / 2, innerHeight);
      });
    for (const [element, top] of scrolled) if (element.scrollTop !== top) element.scrollTop = top;
    return cut.map(({ outerHTML }) => outerHTML.slice(0, 160));
  });
}
