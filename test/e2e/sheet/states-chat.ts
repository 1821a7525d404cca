import type { Page } from "playwright-core";
import type { Agent } from "#shared/contracts/agents.ts";
import { SIZES } from "../support/browser.ts";
import { messagesOf, say } from "../support/talk.ts";
import { agentIn, agentPath, chatPath, halfStarted, unlock, withAgent, withVault } from "./account-world.ts";
import { type Answers, ok } from "./answers.ts";
import { ago } from "./people-world.ts";
import { answered, asked, type Said, speakingAgent } from "./speaking-agent.ts";
import { press, type State, statesOf } from "./state.ts";
import { opened } from "./states-agents.ts";
import { theirs } from "./states-models.ts";

/** The conversation, and what is said of an agent where it is looked at: on one machine as well. */
const chat = statesOf("chat", chatPath);
const agent = statesOf("agent", agentPath);
const asleep = agentIn("stopped", { online: false });
const onOneMachine: Answers = { "GET /local.json": ok({ stage: "local", mailboxUrl: "/mailbox" }) };
const none: Answers = { ...withVault, "GET /v1/agents": ok({ items: [], cursor: null }) };

/** Asleep until it is woken from the page. */
let now: Agent = asleep;
const woken = agentIn("starting", { ...halfStarted, version: asleep.version + 1 });
const waking: Answers = {
  ...withAgent(asleep),
  "GET /v1/agents": ok(() => ({ items: [now], cursor: null })),
  [`GET /v1${agentPath}`]: ok(() => now),
  [`POST /v1${agentPath}/queue`]: { status: 202, body: { queued: 1, at: ago(0) } },
  [`POST /v1${agentPath}/wake`]: ok(() => {
    now = woken;
    return now;
  }),
};

const LINES = 9;
/** More is said than the window holds; what was said last is read while the start is told. */
const sayMuchAndWake = async (page: Page) => {
  now = asleep; // a state that came too late is taken once more
  for (let line = 1; line <= LINES; line++) {
    await say(page, `Line ${line}: remind me of the dentist on Friday`);
    await messagesOf(page).getByText(`Line ${line}:`).waitFor();
  }
  await press("Wake Ada")(page);
  await page.getByText("Ada is waking.").waitFor();
  await page.waitForTimeout(200); // the panel has its steps
  for (const size of [{ width: SIZES.desktop.width / 2, height: SIZES.desktop.height / 2 }, SIZES.desktop]) {
    await demandInSight(page, `Line ${LINES}:`);
    await page.setViewportSize(size);
    await page.waitForTimeout(200);
  }
  await demandInSight(page, `Line ${LINES}:`);
};

async function demandInSight(page: Page, text: string): Promise<void> {
  const last = await messagesOf(page).getByText(text).boundingBox();
  const room = await page.getByRole("region", { name: "Conversation" }).boundingBox();
  const below = (box: typeof last) => (box?.y ?? 0) + (box?.height ?? 0);
  if (!last || !room || last.y < room.y || below(last) > below(room))
    throw new Error(`"${text}" ends at ${below(last)}, what one sees at ${below(room)}`);
}

const speaks = (name: string, said: Said, shows: State["shows"], act?: State["act"]): State => {
  const { answers, join } = speakingAgent(said);
  return chat(name, answers, shows, async (page) => {
    await join(page);
    await unlock(page);
    await messagesOf(page).waitFor();
    await page.getByText("Ada is waking.").waitFor({ state: "detached" });
    await act?.(page);
  });
};
const question = asked("How much room does the workspace take?");
const call = { toolCallId: "call-1", name: "exec", args: { command: "du -sh workspace && ls workspace" } };
const result = { content: [{ type: "text", text: "412K\tworkspace\nnotes.md  plan.md" }] };
const card = (page: Page) => messagesOf(page).locator("summary");

export const CHAT: readonly State[] = [
  chat("locked", withAgent(agentIn("running")), "Unlock your vault"),
  speaks("tool-running", { entries: [question], tools: [{ ...call, state: "running" }] }, /^du -sh/, (page) =>
    card(page).filter({ hasText: "Running" }).waitFor(),
  ),
  speaks(
    "tool-done",
    { entries: [question, answered({ text: "It takes 412 KB.", tools: [{ ...call, state: "done", result }] })] },
    "What came of it",
    (page) => card(page).filter({ hasText: "Done" }).click(),
  ),
  speaks(
    "stopped",
    { entries: [asked("count to 900"), answered({ text: "1 2 3 4 5 6 7 8 9 10 11 12 13", state: "aborted" })] },
    "Stopped. What was written so far is kept.",
  ),
  chat("waking-full", waking, "Ada is waking.", opened(sayMuchAndWake)),
  chat("first-demo", withAgent(asleep), "count to 20", opened()),
  chat("first-model", withAgent(asleep, theirs), /^What can you do for me/, opened()),
  statesOf("chat", "/chat")("no-agent-local", { ...none, ...onOneMachine }, "a process of this machine", opened()),
  agent("local", { ...withAgent(agentIn("running")), ...onOneMachine }, "A process of this machine", opened()),
];
