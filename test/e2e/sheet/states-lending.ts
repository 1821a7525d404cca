import type { Page } from "playwright-core";
import { never, problem } from "./answers.ts";
import { withForgedLending, withHandedOver, withLendings, withNoLendings } from "./lending-world.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";

const lending = statesOf("lending", "/people/lending");
const write = async (page: Page) => {
  await press("Ask a colleague")(page);
  await page.getByLabel("What you ask for").fill("Weather service");
  await page.getByLabel("Why").fill("To plan the trip");
  await page.getByLabel("Sites that requests would go to, up to three").fill("api.weather.example");
};

const chooseToHandOver = async (page: Page) => {
  await press("Choose what to lend")(page);
  await page.getByRole("radio", { name: /^The secret itself/ }).check();
};

export const LENDING: readonly State[] = [
  lending("lists", withLendings, "at most 12 times, 3 used", opened()),
  lending("nothing", withNoLendings, "Nobody is waiting for your answer", opened()),
  lending("loading", { ...withLendings, "GET /v1/grants": never }, "Loading", opened()),
  lending("refused", { ...withLendings, "GET /v1/grants": problem("internal") }, "Something went wrong", opened()),
  lending("forged", withForgedLending, "is not what the two of you have sealed", opened()),
  lending("ask", withLendings, "Times at most", opened(write)),
  lending(
    "ask-too-often",
    { ...withLendings, "POST /v1/grants": problem("request.too_many") },
    "Too many requests",
    opened(async (page) => {
      await write(page);
      await page.getByRole("dialog").getByRole("button", { name: "Ask", exact: true }).click();
    }),
  ),
  lending("approve", withLendings, "Ask me each time", opened(press("Choose what to lend"))),
  lending(
    "ask-secret",
    withLendings,
    "use it while their agent sleeps",
    opened(async (page) => {
      await write(page);
      await page.getByLabel("The secret itself").check();
    }),
  ),
  lending("handed-over", withHandedOver, "Handed over", opened()),
  lending("taken-back", withHandedOver, "Change its keys again", opened()),
  lending("keys-again", withHandedOver, "It has other keys now.", opened(press("Change its keys again"))),
  lending("asked-secret", withHandedOver, "They ask for the secret itself", opened(press("Choose what to lend"))),
  lending("hand-over", withHandedOver, "They may hold this secret", opened(chooseToHandOver)),
  lending(
    "hand-over-refused",
    { ...withHandedOver, "POST /v1/grants/*": problem("vault.changed") },
    "Hand over the secret",
    opened(async (page) => {
      await chooseToHandOver(page);
      await page.getByLabel("They may hold this secret").check();
      await page.getByRole("button", { name: "Hand over the secret" }).click();
      await page.getByRole("dialog").getByRole("alert").waitFor();
    }),
  ),
];
