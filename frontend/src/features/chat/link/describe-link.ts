import type { Agent } from "#shared/contracts/agents.ts";
import type { AgentView } from "../../../lib/agent-session/view/view.ts";

/** What stands between a person and their agent at this moment, as the page tells it. */
export type LinkNews =
  | { readonly is: "ready" }
  | ({ readonly is: "blocked" } & Block)
  | { readonly is: "waking"; readonly agent: Agent }
  | { readonly is: "asleep"; readonly agent: Agent; readonly text: string }
  | { readonly is: "crashed"; readonly agent: Agent }
  | { readonly is: "note"; readonly text: string; readonly isMoving: boolean };

interface Block {
  readonly title: string;
  readonly what: string;
  readonly todo: string;
  readonly mayAccept?: true; // the person can say that it is as it should be
}

const note = (text: string, isMoving = true): LinkNews => ({ is: "note", text, isMoving });

export function describeLink({ link, agent, status, wasOpen }: AgentView): LinkNews {
  const name = agent?.name ?? "your agent";
  if (link.is === "blocked") return describeBlock(link.code);
  if (agent?.state === "crashed") return { is: "crashed", agent };
  if (agent?.state === "deleting") return note(`${name} is being deleted with all it knew.`);
  if (link.is === "asleep" && agent) return describeSleep(agent);
  if (link.is === "starting" || link.is === "unlocking")
    return agent ? { is: "waking", agent } : note(`Finding ${name}.`);
  if (link.is === "open") return describeOpen(name, agent, status);
  if (wasOpen) return note("Reconnecting. What you write is kept, and sent once when the connection is back.");
  return note(link.is === "opening" ? `Shaking hands with ${name}.` : `Connecting to ${name}.`);
}

function describeSleep(agent: Agent): LinkNews {
  const { name, etaSeconds, state, queued } = agent;
  if (state === "stopping")
    return note(`${name} is sealing its state before it sleeps. Write now: it wakes for your message.`);
  const soon = etaSeconds === null ? "" : ` in about ${Math.ceil(etaSeconds)} s`;
  const wakes = queued > 0 && soon ? `Wakes${soon}.` : `It wakes when you write${soon && `,${soon}`}.`;
  const waiting = queued > 0 ? ` ${queued === 1 ? "1 sealed message waits." : `${queued} sealed messages wait.`}` : "";
  return { is: "asleep", agent, text: `${name} is asleep. ${wakes}${waiting}` };
}

function describeOpen(name: string, agent: Agent | undefined, status: AgentView["status"]): LinkNews {
  if (status?.openclaw === "booting")
    return note(`${name} is unlocked; OpenClaw is starting${status.step ? `: ${status.step}` : ""}.`);
  if (status?.openclaw === "paused" || agent?.state === "paused")
    return note(`${name} is paused and goes on the moment you write.`, false);
  return { is: "ready" };
}

const KEPT = "Nothing was sent to it, and what you keep here stays sealed.";
const BLOCKS: Record<string, Block | undefined> = {
  "crypto.image": {
    title: "Blocked: your agent's program was changed",
    what: `The task runs another image than the one this device has unlocked before. ${KEPT}`,
    todo: "If your operator announced an update, accept it: from then on this device expects the new image. If nobody knows of one, do not.",
    mayAccept: true,
  },
  "crypto.rollback": {
    title: "Blocked: an older state was offered",
    what: `The platform offered a task or a state older than this device has seen. Unlocking it would undo what your agent did since. ${KEPT}`,
    todo: "Give your operator this agent's id and ask for its newest saved state. Do not unlock it on another device meanwhile.",
  },
  "crypto.context": {
    title: "Blocked: this agent's sealed settings are missing",
    what: `What the platform keeps for this agent is not there or belongs to something else. ${KEPT}`,
    todo: "If you just deployed it on another device, wait until that device says it is done, then look again.",
  },
  "crypto.attestation": {
    title: "Blocked: the task could not prove what it is",
    what: `The statement about the task that wants to be your agent does not hold. ${KEPT}`,
    todo: "Stop the agent and wake it again. If this comes back, tell your operator.",
  },
};
const OTHER = {
  title: "Blocked: another key vouches for this agent",
  what: `The key that vouches for your agent's task is not the one this device knows. ${KEPT}`,
  todo: "Ask your operator whether the platform's launch key was changed. If nobody knows of it, do not unlock this agent anywhere.",
};

function describeBlock(code: string): LinkNews {
  return { is: "blocked", ...(BLOCKS[code] ?? OTHER) };
}
