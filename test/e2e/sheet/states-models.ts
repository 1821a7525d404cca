import type { Page } from "playwright-core";
import type { ModelChoice } from "#shared/client/model-choice.ts";
import { agentIn, agentPath, withAgent, withVault } from "./account-world.ts";
import { ok } from "./answers.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";

/** Whose model an agent asks, with a key of one's own. */
export const theirs: ModelChoice = {
  ...({ kind: "openai", baseUrl: "https://models.example.org/v1", modelId: "a-large-model-2030-01" } as const),
  apiKey: "sk-never-on-a-page",
};
const choose = (title: RegExp) => (page: Page) => page.getByRole("radio", { name: title }).check();

export const MODELS: readonly State[] = [
  statesOf("agents", "/agents")(
    "new-anthropic",
    { ...withVault, "GET /v1/agents": ok({ items: [], cursor: null }) },
    "Model id",
    opened(choose(/^Anthropic/)),
  ),
  statesOf("agent", agentPath)(
    "model-openai",
    withAgent(agentIn("running"), theirs),
    "Seal this choice",
    opened(press("Change model")),
  ),
];
