import type { Page } from "playwright-core";
import { withVault } from "./account-world.ts";
import type { Answers, Serve } from "./answers.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";
import { addFile, fillVault } from "./vault-items.ts";

/** A file in the vault: before it is chosen, on its way, and kept. */
const vault = await fillVault();
const id = await addFile(vault);
const withItems = (answers: Answers): Answers => ({ ...withVault, ...answers });

/** The same vault, behind a service that never says where to put a file. */
const slow = await fillVault(undefined, (serve): Serve => {
  return async (request) => (request.url.endsWith("/files") ? new Promise<Response>(() => undefined) : serve(request));
});

const choose = (bytes: number) => async (page: Page) => {
  const file = { name: "Lease of the office.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(bytes, 7) };
  await page.locator("input[type=file]").setInputFiles(file);
};

const fresh = statesOf("vault-file", "/vault/new-file");
const kept = statesOf("vault-file", `/vault/${id}`);

export const FILES: readonly State[] = [
  fresh("new", withItems(vault.answers), "Choose a file first", opened()),
  fresh("chosen", withItems(vault.answers), "not sealed yet", opened(choose(1_240_000))),
  fresh("too-large", withItems(vault.answers), "can have at most 10 MiB. Make it smaller", opened(choose(10_485_761))),
  fresh(
    "sending",
    withItems(slow.answers),
    "Sealing and sending, 0 %",
    opened(async (page) => {
      await choose(400_000)(page);
      await press("Save")(page);
    }),
  ),
  kept(
    "kept",
    withItems(vault.answers),
    "Save to this device",
    opened((page) => page.getByRole("heading", { name: "Lease of the office" }).waitFor()),
  ),
];
