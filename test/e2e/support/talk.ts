import type { Locator, Page } from "playwright-core";

const ANSWER_MS = 150_000;

export const composerOf = (page: Page): Locator => page.getByRole("textbox", { name: /^Message to / });
export const messagesOf = (page: Page): Locator => page.getByRole("log", { name: "Messages" });
export const answersOf = (page: Page, agent = "Ada"): Locator =>
  messagesOf(page).getByRole("article", { name: agent, exact: true });

/** Types and sends, by the keyboard. */
export async function say(page: Page, text: string): Promise<void> {
  await composerOf(page).fill(text);
  await composerOf(page).press("Enter");
}

/** The answer to what was said last, once it is final: it has a time. */
export async function readAnswer(page: Page, holding: string | RegExp): Promise<string> {
  const answer = answersOf(page)
    .filter({ hasText: holding })
    .filter({ has: page.locator("time") })
    .last();
  await answer.waitFor({ timeout: ANSWER_MS });
  return (await answer.textContent()) ?? "";
}

/** Every length an answer had while it was being written: more than one means that it was streamed. */
export async function watchAnswer(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(() => {
    const lengths = new Set<number>();
    const look = () => {
      const last = [...document.querySelectorAll('[role=log] [aria-label="Ada"]')].at(-1);
      if (last) lengths.add(last.textContent?.length ?? 0);
    };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
    Object.assign(window, { watchedLengths: lengths });
  });
  return () => page.evaluate(() => [...(window as unknown as { watchedLengths: Set<number> }).watchedLengths]);
}
