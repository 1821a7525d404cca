import type { Browser } from "playwright-core";
import { openDevice } from "../support/browser.ts";
import { answerCalls } from "./answers.ts";
import type { State } from "./state.ts";
import { dropPictures, takeScreen } from "./take.ts";

const REACHED_MS = 120_000; // on a busy machine

/** Brings a fresh page into a state, takes its pictures, and tells what is wrong with it. */
export async function takeState(browser: Browser, origin: string, state: State): Promise<string[]> {
  const { name, path, answers, act, shows } = state;
  const { context, page, complaints } = await openDevice(browser, origin);
  page.setDefaultTimeout(REACHED_MS);
  const faults: string[] = [];
  await dropPictures(`${name}-NOT-REACHED`);
  try {
    const missing = await answerCalls(page, answers);
    await page.goto(path);
    await act?.(page);
    const about = page.getByText(shows).first();
    await about.waitFor();
    faults.push(...(await takeScreen(page, name, about)));
    faults.push(...missing.map((asked) => `${name}: no answer prepared for ${asked}`));
  } catch (error) {
    faults.push(`${name}: ${String(error).split("\n")[0]}`);
    await takeScreen(page, `${name}-NOT-REACHED`).catch(() => undefined);
  }
  await context.close();
  return faults.concat(complaints.map((complaint) => `${name} complains: ${complaint}`));
}
