import type { Page } from "playwright-core";
import { goTo } from "../support/places.ts";
import { agentIn, agentPath, chatPath, forgedLaunch, unlock, withAgent, withVault } from "./account-world.ts";
import { ok, problem, type Serve } from "./answers.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";
import { fillVault } from "./vault-items.ts";

/** What the mark of sealed content opens to: whole, in doubt, and where nothing goes on. */
const chat = statesOf("chat", chatPath);
const running = withAgent(agentIn("running"));
const refused = problem("internal");

/** A vault of which the service tells nothing any more once it was read. */
let isAway = false;
const fading = await fillVault(undefined, (serve): Serve => {
  return (request) =>
    isAway ? Promise.resolve(Response.json(refused.body, { status: refused.status })) : serve(request);
});
const loseService = async (page: Page) => {
  isAway = false; // a state that came too late is taken once more
  await unlock(page);
  await page.getByText("6 items").waitFor();
  isAway = true;
  await goTo(page, "People");
  await goTo(page, "Vault");
  await press("Sealed, not current")(page);
};

export const SEALS: readonly State[] = [
  chat("seal", withAgent(agentIn("stopped", { online: false })), "Not covered", opened(press("Sealed"))),
  chat(
    "seal-blocked",
    { ...running, [`GET /v1${agentPath}/launch`]: ok(forgedLaunch()) },
    "What to do",
    opened(press("Blocked")),
  ),
  statesOf("vault", "/vault")("seal-offline", { ...withVault, ...fading.answers }, "What to do", loseService),
];
