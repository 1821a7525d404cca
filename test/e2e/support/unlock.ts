import type { Page } from "playwright-core";

const UNLOCKED_MS = 30_000;

export async function unlockByPassphrase(page: Page, passphrase: string): Promise<void> {
  await page.getByLabel("Vault passphrase").fill(passphrase);
  await press(page);
}

export async function unlockByPhrase(page: Page, words: string): Promise<void> {
  await page.getByRole("button", { name: "Use the recovery phrase" }).click();
  await page.getByLabel(/^Recovery phrase/).fill(words);
  await press(page);
}

async function press(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Unlock", exact: true }).click();
  await page.getByRole("heading", { name: "Unlock your vault" }).waitFor({ state: "detached", timeout: UNLOCKED_MS });
}
