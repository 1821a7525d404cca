import type { Page } from "playwright-core";
import { withVault } from "./account-world.ts";
import { type Answers, ok } from "./answers.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";
import { answer, fillThreshold, type SheetThreshold } from "./threshold-vaults.ts";

/** Each that asks has a vault of its own: openings stay in it. */
const [closed, asking, asked, denied, changed] = [
  await fillThreshold(),
  await fillThreshold(),
  await fillThreshold(),
  await fillThreshold(),
  await fillThreshold(),
];

const at = ({ path }: SheetThreshold) => statesOf("threshold", path);
const withIt = ({ answers }: SheetThreshold, more: Answers = {}): Answers => ({ ...withVault, ...answers, ...more });
const ask = async (page: Page) => {
  await page.getByLabel("Why you need it").fill("Payroll is due, and Linus is away");
  await press("Ask to open it")(page);
  await page.getByText("1 of 2 shares").waitFor();
};
const openIt = async (page: Page) => {
  await ask(page);
  await answer(changed, "released");
  await page.getByText("Open in this window").waitFor();
};
const several = async (page: Page) => {
  await press("New shared vault")(page);
  await page.getByLabel("Name", { exact: true }).fill("Break glass");
  await page.getByText("Several owners and admins").click();
  await page.getByLabel(/^linus@/).click();
};

export const THRESHOLD: readonly State[] = [
  at(closed)("new", withIt(closed), "It takes all of them", opened(several)),
  at(closed)("closed", withIt(closed), "This vault is closed", opened()),
  at(closed)(
    "lost",
    withIt(closed, { "GET /v1/members": ok({ items: closed.members.slice(0, 2), cursor: null }) }),
    "A holder has left the organisation",
    opened(),
  ),
  at(asking)("asked", withIt(asking), "1 of 2 shares", opened(ask)),
  at(asked)(
    "to-release",
    withIt(asked),
    "asks to open this vault",
    opened(async () => void (await asked.grace.threshold(asked.vaultId).ask("Payroll is due, and Linus is away"))),
  ),
  at(denied)(
    "denied",
    withIt(denied),
    "Denied by grace",
    opened(async (page) => {
      await ask(page);
      await answer(denied, "denied");
    }),
  ),
  at(closed)(
    "ended",
    withIt(closed, { [`GET /v1/vaults/${closed.vaultId}/openings`]: ok({ items: [] }) }),
    "This opening has ended",
    opened(async (page) => {
      await page.getByLabel("Why you need it").fill("Payroll is due, and Linus is away");
      await press("Ask to open it")(page);
    }),
  ),
  at(changed)(
    "changing",
    withIt(changed),
    "Hand out new shares",
    opened(async (page) => {
      await openIt(page);
      await press("Change who opens it")(page);
    }),
  ),
];
