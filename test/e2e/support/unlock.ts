import type { Page } from "playwright-core";
import { keepWords, nothing, PASSPHRASE } from "./settle.ts";
import { signIn } from "./sign-in.ts";

const UNLOCKED_MS = 30_000;

/** In a browser that has seen nothing: signs in, and opens the vault. */
export async function enterVault(page: Page, email: string): Promise<void> {
  await signIn(page, email);
  await page.goto("/vault");
  await unlockByPassphrase(page, PASSPHRASE);
}

export async function unlockByPassphrase(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel("Vault passphrase").fill(passphrase);
  await press(page);
}

export async function unlockByPhrase(page: Page, words: string): Promise<void> {
  await page.getByRole("button", { name: "Use the recovery phrase" }).click();
  await page.getByLabel(/^Recovery phrase/).fill(words);
  await press(page);
}

/** What stands before everything else after the words: another passphrase and other words, which this gives. */
export async function takeNewKeys(page: Page, passphrase: string): Promise<string> {
  await page.getByLabel("Next passphrase", { exact: true }).fill(passphrase);
  await page.getByLabel("Next passphrase again").fill(passphrase);
  await page.getByText("Strong.").waitFor();
  await page.getByRole("button", { name: "Change all keys" }).click();
  return keepWords(page, nothing);
}

async function press(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await page.getByRole("heading", { name: "Unlock your vault" }).waitFor({ state: "detached", timeout: UNLOCKED_MS });
}
