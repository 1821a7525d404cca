import type { Locator, Page } from "playwright-core";

/** The rail of a wide window, or the bar of a phone: whichever is there. */
const railOf = (page: Page): Locator => page.getByRole("navigation", { name: "Places" }).filter({ visible: true });

export type Place = "Chat" | "Vault" | "Agents" | "People" | "Settings";

/** Goes by the rail, not by the address: a new page would have to be unlocked again. */
export async function goTo(page: Page, place: Place): Promise<void> {
  const rail = railOf(page);
  const link = rail.getByRole("link", { name: place });
  await rail.getByRole("link").first().waitFor();
  if ((await link.count()) > 0) return link.click();
  await rail.getByRole("button", { name: "More" }).click(); // a phone's bar has room for some of them
  await page.getByRole("dialog").getByRole("link", { name: place }).click();
}

export async function goToSetting(page: Page, name: string): Promise<void> {
  await goTo(page, "Settings");
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name }).click();
}

export async function goToAgent(page: Page, name = "Ada"): Promise<void> {
  await goTo(page, "Agents");
  await page.getByRole("list", { name: "Your agents" }).getByRole("link", { name, exact: true }).click();
}
