import type { Page } from "playwright-core";
import { goTo } from "./places.ts";

/** Comes to the page anew, so that what the other person did is read. */
export async function goToLending(page: Page): Promise<void> {
  await goTo(page, "People");
  await page.getByRole("main").getByRole("link", { name: "Lending" }).click();
  await page.getByRole("heading", { name: "Lending" }).waitFor();
}

/** One asks the only colleague for a secret itself. */
export async function askForSecret(page: Page, { what, site }: { what: string; site: string }): Promise<void> {
  await goToLending(page);
  await page.getByRole("button", { name: "Ask a colleague" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("radio", { name: /^The secret itself/ }).check();
  await form.getByLabel("What you ask for").fill(what);
  await form.getByLabel("Why").fill("To work from the train");
  await form.getByLabel(/^Sites that requests would go to/).fill(site);
  await form.getByRole("button", { name: "Ask", exact: true }).click();
  await page.getByText("Waits for an answer").waitFor();
}

/** And the other hands an item of their vault over. */
export async function handOver(page: Page, item: string): Promise<void> {
  await goToLending(page);
  await page.getByRole("button", { name: "Choose what to lend" }).click();
  const form = page.getByRole("dialog");
  await form.getByRole("radio", { name: /^The secret itself/ }).check();
  await form.getByLabel("Item of your vault").selectOption({ label: item });
  await form.getByLabel("They may hold this secret").check();
  await form.getByRole("button", { name: "Hand over the secret" }).click();
  await page.getByText("Handed over", { exact: true }).waitFor();
}
