import type { Page } from "playwright-core";
import type { Agent } from "#shared/contracts/agents.ts";
import { newId } from "#shared/ids.ts";
import {
  agentIn,
  agentPath,
  almostStarted,
  assigned,
  chatPath,
  forgedLaunch,
  halfStarted,
  outboxNames,
  unlock,
  withAgent,
  withVault,
} from "./account-world.ts";
import { type Answers, never, ok, problem } from "./answers.ts";
import { ago } from "./people-world.ts";
import { press, type State, statesOf } from "./state.ts";

const none: Answers = { ...withVault, "GET /v1/agents": ok({ items: [], cursor: null }) };
export const opened =
  (act: State["act"] = async () => undefined) =>
  async (page: Page) => {
    await unlock(page);
    await act(page);
  };
const agents = statesOf("agents", "/agents");
const agent = statesOf("agent", agentPath);
const chat = statesOf("chat", chatPath);
const shown = (name: string, of: Agent, shows: State["shows"], act?: State["act"]): State =>
  agent(name, withAgent(of), shows, opened(act));

const stopped = agentIn("stopped", { online: false });
export const crashed = agentIn("crashed", {
  ...{ online: false, restarts: 5, cause: "OpenClaw ended five times in ten minutes: out of memory." },
});
/** The relay gives no ticket, so that nothing is asked of the agent's task. */
const unreached = (of: Agent): Answers => ({ ...withAgent(of), "POST /v1/relay/tickets": problem("internal") });
const apiOf = `/v1${agentPath}`;
const write = async (page: Page) => {
  const composer = page.getByRole("textbox", { name: /^Message to / });
  await composer.fill("Remind me of the dentist on Friday");
  await composer.press("Enter");
};
/** Two messages that an earlier visit kept here, sealed by keys that nobody has any more. */
const leaveUnreadable = (page: Page) =>
  page.evaluate(
    async (names) => {
      const opening = indexedDB.open("ocmt", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("kept");
      await new Promise((done) => opening.addEventListener("success", done));
      const writing = opening.result.transaction("kept", "readwrite");
      for (const [id, name] of names)
        writing.objectStore("kept").put({ id, sealed: new Uint8Array(99), order: 1 }, name);
      await new Promise((done) => writing.addEventListener("complete", done));
      opening.result.close();
    },
    outboxNames([newId("message", new Date(Date.now() - 60_000)), newId("message", new Date(Date.now() - 50_000))]),
  );
/** Typed, and the page read again: all is there but the key. */
const keepWhatIsTyped = async (page: Page) => {
  const typed = { Name: "Second", "Model id": "claude-next", Address: "https://models.example/v1" };
  await page.getByText("Anthropic, with your key").click();
  await page.getByLabel("API key").fill("sk-never-kept");
  for (const [label, text] of Object.entries(typed)) await page.getByLabel(label, { exact: true }).fill(text);
  await page.waitForTimeout(200); // sealed and written
  await page.reload();
  await unlock(page);
  for (const [label, text] of Object.entries({ ...typed, "API key": "" })) {
    const field = page.getByLabel(label, { exact: true });
    await field.waitFor();
    const kept = await field.inputValue();
    if (kept !== text) throw new Error(`${label} is "${kept}" after a reload`);
  }
};
const deploy = async (page: Page) => {
  await page.getByLabel("Name", { exact: true }).fill("Second");
  await press("Deploy agent")(page);
};

export const AGENTS: readonly State[] = [
  agents("locked", withAgent(agentIn("running")), "Unlock your vault"),
  agents("locked-words", withVault, "Recovery phrase, twelve words", press("Use the recovery phrase")),
  agents("locked-mistyped", withVault, "Word 12 is not in the list", async (page) => {
    await press("Use the recovery phrase")(page);
    await page.getByLabel(/^Recovery phrase/).fill("abandon ".repeat(11).concat("abuot"));
  }),
  agents("locked-wrong-words", withVault, "not the one of this vault", async (page) => {
    await press("Use the recovery phrase")(page);
    await page.getByLabel(/^Recovery phrase/).fill("abandon ".repeat(11).concat("about"));
    await page.getByRole("button", { name: "Unlock", exact: true }).click();
  }),
  agents("none", none, "New agent", opened()),
  agents("kept", none, "New agent", opened(keepWhatIsTyped)),
  agents("one", withAgent(agentIn("running")), "Running", opened()),
  agents("loading", { ...withVault, "GET /v1/agents": never }, "Loading", opened()),
  agents(
    "quota",
    {
      ...none,
      "POST /v1/agents": problem("quota.exceeded", { what: "agents", limit: 1, current: 1, tier: "free" }),
    },
    /allows 1 agent/,
    opened(deploy),
  ),
  shown("running", agentIn("running"), "What happened"),
  shown("provisioning", agentIn("provisioning", { ...halfStarted, saved: null }), "Task checked and assigned"),
  shown("stopped", stopped, "412 KB"),
  shown("paused", agentIn("paused"), "Continue"),
  shown("crashed", crashed, "out of memory"),
  shown("openclaw-starting", agentIn("running", almostStarted), "Next: OpenClaw ready"),
  agent("locked-start", unreached(agentIn("locked", assigned)), "waits for one of your devices", opened()),
  shown("delete", stopped, "You cannot bring it back", press("Delete")),
  agent("gone", { ...withVault, "GET /v1/agents/*": problem("agent.not_found") }, "There is no such agent", opened()),
  chat("asleep", withAgent(stopped), "is asleep", opened()),
  chat("waking", withAgent(agentIn("starting", halfStarted)), "is waking", opened()),
  chat("openclaw-starting", unreached(agentIn("running", almostStarted)), "answers as soon as it is up", opened()),
  chat("sealing", withAgent(agentIn("stopping", { online: false })), "sealing its state before it sleeps", opened()),
  chat("crashed", withAgent(crashed), "crashed and was not started", opened()),
  chat("connecting", unreached(agentIn("running")), "Connecting to Ada", opened()),
  chat(
    "blocked",
    { ...withAgent(agentIn("running")), [`GET ${apiOf}/launch`]: ok(forgedLaunch()) },
    "Blocked: another key vouches for this agent",
    opened(),
  ),
  chat(
    "queued",
    { ...withAgent(stopped), [`POST ${apiOf}/queue`]: { status: 202, body: { queued: 1, at: ago(0) } } },
    "Queued, sealed. Ada gets it once",
    opened(write),
  ),
  chat(
    "not-sent",
    { ...withAgent(stopped), [`POST ${apiOf}/queue`]: problem("queue.full") },
    "queue is full",
    opened(write),
  ),
  chat("keys-changed", withAgent(stopped), "2 messages from before did not reach Ada", async (page) => {
    await leaveUnreadable(page);
    await unlock(page);
  }),
  statesOf("chat", "/chat")("no-agent", none, "No agent yet", opened()),
];
