import { makeAgentSecrets, sealEnvelope } from "#shared/client/agent-keys.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import type { Id } from "#shared/ids.ts";
import { agentIn, agentPath, withAgent } from "./account-world.ts";
import { type Answers, never, ok, problem } from "./answers.ts";
import { made } from "./keyring-world.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";
import { fillVault } from "./vault-items.ts";

/** Items of the vault that an agent may use: on the agent's page, and in the item. */
const vault = await fillVault();
const stopped = agentIn("stopped", { online: false });
const running = agentIn("running");
const listed = await vault.book.list();
const idOf = (name: string) => {
  const found = listed.find(({ entry }) => entry?.name === name);
  if (!found) throw new Error(`The sheet's vault has no "${name}".`);
  return found.id;
};

const sites = ["https://api.weather.example"];
const granted = (names: Readonly<Record<string, Id<"item">>>, isLocked = false) => ({
  ...{ isLocked, lent: [] },
  items: Object.entries(names).map(([as, itemId]) => ({ vaultId: vault.book.vaultId, itemId, as, sites })),
});
const NAMES = { "weather-service": idOf("Weather service"), bank: vault.first as Id<"item"> }; // it is one

function withGrants(agent: Agent, grants: ReturnType<typeof granted>): Answers {
  const secrets = { ...makeAgentSecrets({ kind: "demo" }), grants };
  const envelope = sealEnvelope(made.account, agent.id, 1, secrets);
  const path = `/v1/agents/${agent.id}`;
  return {
    ...withAgent(agent),
    ...vault.answers,
    [`GET ${path}/launch`]: never,
    [`GET ${path}/envelope`]: ok(envelope),
    [`PUT ${path}/envelope`]: ok({ ...envelope, version: 2 }),
  };
}

const agent = statesOf("agent-items", agentPath);
const item = statesOf("vault-item", `/vault/${vault.first}`);
const turnOn = async (page: Parameters<NonNullable<State["act"]>>[0]) => {
  await page.getByRole("switch", { name: "Ada may use this" }).click();
};

export const ITEMS: readonly State[] = [
  agent("none", withGrants(running, granted({})), "Nothing. Open an item of your vault", opened()),
  agent("asleep", withGrants(stopped, granted(NAMES)), "Not with Ada: it is not running", opened()),
  agent("running", withGrants(running, granted(NAMES)), "no connection with Ada", opened()),
  agent("locked", withGrants(stopped, granted(NAMES, true)), "Ada is given none of these", opened()),
  agent(
    "refused",
    { ...withGrants(stopped, granted(NAMES)), [`PUT /v1/agents/${stopped.id}/envelope`]: problem("internal") },
    "Something went wrong",
    opened(press("Lock now")),
  ),
  item("agents", withGrants(stopped, granted({})), "Ada may use this", opened()),
  item("agent-terms", withGrants(stopped, granted({})), "Let Ada use it", opened(turnOn)),
  item(
    "agent-terms-wrong",
    withGrants(stopped, granted({ "savings-bank": NAMES["weather-service"] })),
    "Another item goes by this name",
    opened(async (page) => {
      await turnOn(page);
      await press("Let Ada use it")(page);
    }),
  ),
  item("agent-granted", withGrants(stopped, granted(NAMES)), "as bank, to", opened()),
];
