import type { Locator, Page } from "playwright-core";

/** The rail of a wide window, or the bar of a phone: whichever is there. */
const railOf = (page: Page): Locator => page.getByRole("navigation", { name: "Places" }).filter({ visible: true });

export type Place = "Chat" | "Agents" | "People" | "Settings";

/** Goes by the rail, not by the address: a new page would have to be unlocked again. */
export async function goTo(page: Page, place: Place): Promise<void> {
  await railOf(page).getByRole("link", { name: place }).click();
}

export async function goToSetting(page: Page, name: string): Promise<void> {
  await goTo(page, "Settings");
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name }).click();
}

export async function goToAgent(page: Page, name = "Ada"): Promise<void> {
  await goTo(page, "Agents");
  await page.getByRole("list", { name: "Your agents" }).getByRole("link", { name, exact: true }).click();
}
