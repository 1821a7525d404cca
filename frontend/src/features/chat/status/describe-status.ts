import { type AgentStatus, describeState, isReady } from "#shared/client/agents/describe-agent.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { wordOf } from "../../../lib/agent-session/view/say.ts";
import { type AgentView, isAnswering, type Thread } from "../../../lib/agent-session/view/view.ts";
import { type Block, describeBlock } from "./describe-block.ts";

/**
 * The one thing the chat says of the agent at this moment. What stands in the way comes first: something that does not hold,
 * then an agent without a task or on its way (with its steps), then the connection; a run is spoken of when nothing does.
 */
export type ChatStatus =
  | ({ readonly is: "blocked" } & Block)
  | { readonly is: "crashed"; readonly agent: Agent }
  | { readonly is: "asleep"; readonly agent: Agent; readonly text: string }
  | { readonly is: "waking"; readonly agent: Agent; readonly text: string }
  | ({ readonly is: "line" } & Pick<AgentStatus, "words" | "tone">);

interface StatusInput {
  readonly view: Pick<AgentView, "link" | "status" | "wasOpen">;
  /** As the platform tells it, newest; undefined until it does. */
  readonly agent: Agent | undefined;
  readonly thread: Thread;
  readonly isLocal: boolean;
}

export function describeStatus({ view, agent, thread, isLocal }: StatusInput): ChatStatus {
  const { link } = view;
  if (link.is === "blocked") return { is: "blocked", ...describeBlock(link.code, isLocal) };
  const away = agent && describeAway(agent);
  if (away) return away;
  const name = agent?.name ?? "your agent";
  if (agent && !isUp(view, agent)) return describeBoot(agent, view);
  if (link.is !== "open") return describeConnecting(name, view.wasOpen);
  if (wordOf(view) === "paused" || (agent?.state === "paused" && wordOf(view) !== "ready"))
    return line(`${name} is paused and goes on the moment you write.`, "resting");
  if (isAnswering(thread)) return line(`${name} is ${thread.run?.text ? "answering" : "thinking"}`, "moving");
  return line(describeState(agent ?? UP, wordOf(view)).words, "good");
}

const line = (words: string, tone: AgentStatus["tone"] = "moving"): ChatStatus => ({ is: "line", words, tone });
const UP: Pick<Agent, "state" | "steps"> = { state: "running", steps: [{ step: "ready", at: "" }] };

/** No task to speak to, or none that is unlocked. */
function describeAway(agent: Agent): ChatStatus | undefined {
  const { name, state } = agent;
  switch (state) {
    case "crashed":
      return { is: "crashed", agent };
    case "deleting":
      return line(`${name} is being deleted with all it knew.`, "bad");
    case "stopping":
      return line(`${name} is sealing its state before it sleeps. Write now: it wakes for your message.`);
    case "stopped":
      return describeSleep(agent);
    case "provisioning":
    case "starting":
    case "locked":
      return { is: "waking", agent, text: `${name} is waking. Write meanwhile: your message waits, sealed.` };
    default:
      return undefined;
  }
}

function describeSleep(agent: Agent): ChatStatus {
  const { name, etaSeconds, queued } = agent;
  const soon = etaSeconds === null ? "" : ` in about ${Math.ceil(etaSeconds)} s`;
  const wakes = queued > 0 && soon ? `Wakes${soon}.` : `It wakes when you write${soon && `,${soon}`}.`;
  const waiting = queued > 0 ? ` ${queued === 1 ? "1 sealed message waits." : `${queued} sealed messages wait.`}` : "";
  return { is: "asleep", agent, text: `${name} is asleep. ${wakes}${waiting}` };
}

/** Its own word counts where it is heard; the platform's word that OpenClaw came up comes a little later. */
const isUp = (view: StatusInput["view"], agent: Agent): boolean => {
  const said = wordOf(view);
  return said === undefined ? agent.state === "paused" || isReady(agent) : said !== "booting";
};

function describeBoot(agent: Agent, { status }: StatusInput["view"]): ChatStatus {
  const text = `OpenClaw is starting. Write meanwhile: ${agent.name} answers as soon as it is up.`;
  if (!isReady(agent)) return { is: "waking", agent, text };
  return line(`OpenClaw is starting again${status?.step ? `: ${status.step}` : ""}. ${agent.name} has what you write.`);
}

const describeConnecting = (name: string, wasOpen: boolean): ChatStatus =>
  line(
    wasOpen
      ? "Reconnecting. What you write is kept, and sent once when the connection is back."
      : `Connecting to ${name}.`,
  );
