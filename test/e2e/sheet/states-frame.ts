import type { Page } from "playwright-core";
import { newId } from "#shared/ids.ts";
import { SIZES } from "../support/browser.ts";
import { agentIn, withAgent } from "./account-world.ts";
import { type Answers, never, ok, problem } from "./answers.ts";
import { me, signedIn } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";

/** What stands around the pages. */
const people = statesOf("frame", "/people");
const agents = statesOf("frame", "/agents");

const founder = me("owner");
const other = { tenantId: newId("tenant", new Date()), name: "A second organisation with a long name", slug: "second" };
const running: Answers = {
  ...withAgent(agentIn("running")),
  "GET /v1/me": ok({ ...founder, memberships: [...founder.memberships, { ...other, role: "member" }] }),
};
const onPhone = (name: string) => async (page: Page) => {
  await page.setViewportSize(SIZES.phone);
  await press(name)(page);
};
const keys = (text: string) => async (page: Page) => {
  await page.getByText("linus@example.org").first().waitFor();
  const dialog = page.getByRole("dialog");
  for (let presses = 0; presses < 15 && (await dialog.count()) === 0; presses++) {
    await page.keyboard.press(text); // listened to by a chunk of its own, from when that has come
    await dialog.waitFor({ timeout: 2_000 }).catch(() => undefined);
  }
};

/** Nothing of the rail moves for it. */
const openMenu = async (page: Page) => {
  const places = page.locator("aside nav"); // by its place: with the menu open the rest has no roles
  const before = await places.boundingBox();
  await press(/^Example Works/)(page);
  await page.getByRole("menu").waitFor();
  const after = await places.boundingBox();
  if (after?.x !== before?.x || after?.y !== before?.y)
    throw new Error(`the rail's places went from ${before?.x},${before?.y} to ${after?.x},${after?.y}`);
};

export const FRAME: readonly State[] = [
  statesOf("frame", "/nowhere")("nowhere", signedIn("owner"), "There is no such page"),
  people("refused", { ...signedIn("owner"), "GET /v1/me": problem("internal") }, "Something went wrong on our side"),
  people("waiting", { ...signedIn("owner"), "GET /v1/me": never }, "Loading"),
  people("menu", running, /^A second organisation/, openMenu),
  people("palette", running, "Dark theme", keys("Control+k")),
  people("keys", running, "Switch single keys off", keys("?")),
  agents("more", running, "Sign out", opened(onPhone("More"))),
];
