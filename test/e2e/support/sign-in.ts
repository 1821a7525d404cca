import type { Page } from "playwright-core";

/** Asks for a link, opens the local mailbox from the page, opens the mail, follows its link: as a person would. */
export async function signIn(page: Page, email: string): Promise<void> {
  await page.goto("/");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByRole("button", { name: "Send sign-in link" }).click();
  await followLink(page, email);
  await confirmWhenAsked(page, email);
}

/** A long story does something dangerous more than five minutes after its sign-in: whatever it does next waits for this. */
async function confirmWhenAsked(page: Page, email: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Confirm it is you" });
  await page.removeLocatorHandler(dialog); // of who signed in here before
  await page.addLocatorHandler(dialog, async () => {
    await dialog.getByRole("button", { name: "Send the link" }).click();
    await dialog.getByText("We sent a link").waitFor();
    await confirmInTab(page, email);
  });
}

/** Opens the newest link in another tab of the same browser, as the mail of somebody who is signed in does. */
export async function confirmInTab(page: Page, email: string): Promise<void> {
  const tab = await page.context().newPage();
  await tab.goto("/mailbox");
  await followMail(tab, email, "sign-in link");
  await tab.getByRole("heading", { name: "It is you" }).waitFor();
  await tab.close();
}

/** From the card that says a link was sent. The link is opened in the same tab, so one page stays. */
export async function followLink(page: Page, email: string): Promise<void> {
  const mailbox = page.getByRole("link", { name: "Open the local mailbox" });
  await mailbox.evaluate((link) => link.removeAttribute("target"));
  await mailbox.click();
  await page.waitForURL("**/mailbox**");
  await followMail(page, email);
  await page.waitForURL((url) => !/^\/(link|mailbox)/.test(url.pathname));
}

/** In the local mailbox: opens the newest mail to an address, or the newest about something, and follows its link. */
export async function followMail(page: Page, email: string, about: string | RegExp = ""): Promise<void> {
  const mails = page.getByRole("listitem").filter({ hasText: email }).filter({ hasText: about });
  await mails.first().getByRole("button").click();
  const link = page.locator("#text a").first();
  await link.evaluate((element) => element.removeAttribute("target"));
  await link.click();
}
