import type { Page } from "playwright-core";
import { expect } from "vitest";
import { pressOn, tabTo, typeInto } from "./keyboard.ts";
import { signIn } from "./sign-in.ts";

export const PASSPHRASE = "otter lamp gravel sonnet quartz violin meadow";

/** The five steps of the first day by the keyboard alone, up to an agent that is being started. What a picture may be wanted of is told to `see`. */
export async function settle(page: Page, email: string, see: See = nothing): Promise<string> {
  await signIn(page, email);
  await page.waitForURL("**/start");
  await foundOrganisation(page, see);
  await setPassphrase(page, see);
  const words = await keepWords(page, see);
  await deployAgent(page, see);
  return words;
}

export type See = (name: string) => Promise<void>;
export const nothing: See = async () => undefined;

export async function foundOrganisation(page: Page, see: See): Promise<void> {
  await typeInto(page, page.getByLabel("Name", { exact: true }), "Example Works");
  await typeInto(page, page.getByLabel("Short name"), `works-${crypto.randomUUID().slice(0, 8)}`);
  await page.getByText(/^works-\S+ is free\.$/).waitFor();
  await see("start-organisation");
  await pressOn(page, page.getByRole("button", { name: "Create organisation" }));
}

export async function setPassphrase(page: Page, see: See): Promise<void> {
  await typeInto(page, page.getByLabel("Passphrase", { exact: true }), PASSPHRASE);
  await typeInto(page, page.getByLabel("Passphrase again"), PASSPHRASE);
  await page.getByText("Strong.").waitFor();
  await see("start-passphrase");
  await pressOn(page, page.getByRole("button", { name: "Set passphrase" }));
}

/** Reads the words off the page, and answers the check with them. */
export async function keepWords(page: Page, see: See): Promise<string> {
  const list = page.getByRole("list", { name: "Recovery phrase" });
  await list.waitFor({ timeout: 30_000 });
  const items = await list.getByRole("listitem").allTextContents();
  const words = items.map((item) => item.replace(/\d+/g, "").trim());
  expect(words).toHaveLength(12);
  await see("start-words");
  await pressOn(page, page.getByRole("button", { name: "I have written them down" }));
  await page
    .getByLabel(/^Word \d+$/)
    .first()
    .waitFor();
  for (const field of await page.getByLabel(/^Word \d+$/).all()) {
    const place = Number(
      /\d+/.exec((await field.evaluate((input: HTMLInputElement) => input.labels?.[0]?.textContent)) ?? "")?.[0],
    );
    await typeInto(page, field, words[place - 1] ?? "");
  }
  await see("start-word-check");
  await pressOn(page, page.getByRole("button", { name: "Check words" }));
  return words.join(" ");
}

export async function deployAgent(page: Page, see: See): Promise<void> {
  await typeInto(page, page.getByLabel("Name", { exact: true }), "Ada");
  await tabTo(page, page.getByRole("radio", { name: /Demo model/, checked: true })); // Tab enters a group at what is chosen
  await see("start-agent");
  await pressOn(page, page.getByRole("button", { name: "Deploy agent" }));
  await page.getByRole("link", { name: "Write the first message" }).waitFor({ timeout: 30_000 });
  await see("start-first-message");
}
