import type { Page } from "playwright-core";
import { goTo, goToAgent } from "./places.ts";

/** On the agent's page: another model, with what its form asks for by the fields' names. Ends in the chat, with the running agent told. */
export async function chooseModel(page: Page, title: RegExp, fields: Readonly<Record<string, string>>): Promise<void> {
  await goToAgent(page);
  await page.getByRole("button", { name: "Change model" }).click();
  await page.getByRole("radio", { name: title }).check();
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: true }).fill(value);
  await page.getByRole("button", { name: "Seal this choice" }).click();
  await page.getByText("Sealed, and on its way to the running agent.").waitFor();
  await goTo(page, "Chat");
}
