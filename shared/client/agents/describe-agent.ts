import type { AgentMessage } from "#shared/channel/app-protocol.ts";
import { type Agent, STEPS } from "#shared/contracts/agents.ts";

/** How an agent is, in the words that every page and the command line use. */
export interface AgentStatus {
  readonly words: string;
  readonly tone: "good" | "moving" | "resting" | "bad";
  /** It passes by itself, so that it is worth looking again. */
  readonly isMoving: boolean;
}

/** What the agent itself says of OpenClaw, through its channel: newer than what the platform knows. */
export type OpenClawWord = Extract<AgentMessage, { type: "agent.status" }>["openclaw"];

type Lived = Pick<Agent, "state" | "steps">;

const BOOTING: AgentStatus = { words: "OpenClaw is starting", tone: "moving", isMoving: true };
const STATES: Record<Agent["state"], AgentStatus> = {
  provisioning: { words: "Being deployed", tone: "moving", isMoving: true },
  starting: { words: "Starting", tone: "moving", isMoving: true },
  locked: { words: "Waiting to be unlocked", tone: "moving", isMoving: true },
  running: { words: "Running", tone: "good", isMoving: false },
  paused: { words: "Paused", tone: "resting", isMoving: false },
  stopping: { words: "Sealing its state", tone: "moving", isMoving: true },
  stopped: { words: "Asleep", tone: "resting", isMoving: false },
  crashed: { words: "Crashed", tone: "bad", isMoving: false },
  deleting: { words: "Being deleted", tone: "bad", isMoving: true },
};

/** "Running" only once OpenClaw answers: the platform calls an agent that from its unlocking on. */
export function describeState(agent: Lived, said?: OpenClawWord): AgentStatus {
  if (agent.state !== "running" && agent.state !== "paused") return STATES[agent.state];
  if (said === "ready") return STATES.running;
  if (said === "paused") return STATES.paused;
  const isBooting = said === "booting" || (agent.state === "running" && !isReady(agent));
  return isBooting ? BOOTING : STATES[agent.state];
}

/** OpenClaw came up in this start. */
export const isReady = ({ steps }: Pick<Agent, "steps">): boolean => steps.some(({ step }) => step === "ready");

/** Somewhere between "start" and an OpenClaw that answers. */
export const isStarting = (agent: Lived): boolean =>
  agent.state === "provisioning" ||
  agent.state === "starting" ||
  agent.state === "locked" ||
  (agent.state === "running" && !isReady(agent));

type Step = (typeof STEPS)[number];
const STEP_WORDS: Record<Step, string> = {
  requested: "Asked for",
  task_found: "Isolated task found",
  assigned: "Task checked and assigned",
  unlocked: "Unlocked by your device",
  ready: "OpenClaw ready",
};

export interface StepView {
  readonly step: Step;
  readonly words: string;
  readonly state: "done" | "current" | "waiting";
  /** Since the start was asked for; of a step that was reached. */
  readonly seconds: number | undefined;
}

/** The five steps of the start that is under way, in order, each with the time it took to reach. */
export function describeSteps({ steps }: Pick<Agent, "steps">): StepView[] {
  const reached = new Map(steps.map(({ step, at }) => [step, Date.parse(at)]));
  const first = reached.get("requested");
  const current = STEPS.find((step) => !reached.has(step));
  return STEPS.map((step) => {
    const at = reached.get(step);
    const seconds = at === undefined || first === undefined ? undefined : (at - first) / 1000;
    return { step, words: STEP_WORDS[step], state: stateOf(at, step === current), seconds };
  });
}

function stateOf(at: number | undefined, isCurrent: boolean): StepView["state"] {
  if (at !== undefined) return "done";
  return isCurrent ? "current" : "waiting";
}

/** How much of a start's usual time is left; below zero when it takes longer than usual, undefined without a history. */
export function secondsLeft(
  { steps, etaSeconds }: Pick<Agent, "steps" | "etaSeconds">,
  nowMs: number,
): number | undefined {
  const asked = steps.find(({ step }) => step === "requested");
  if (etaSeconds === null || !asked) return undefined;
  return etaSeconds - (nowMs - Date.parse(asked.at)) / 1000;
}
