import { type Agent, STEPS } from "#shared/contracts/agents.ts";

export type Tone = "good" | "moving" | "resting" | "bad";

const STATES: Record<Agent["state"], { readonly words: string; readonly tone: Tone }> = {
  provisioning: { words: "Being deployed", tone: "moving" },
  starting: { words: "Starting", tone: "moving" },
  locked: { words: "Waiting to be unlocked", tone: "moving" },
  running: { words: "Running", tone: "good" },
  paused: { words: "Paused", tone: "resting" },
  stopping: { words: "Sealing its state", tone: "moving" },
  stopped: { words: "Asleep", tone: "resting" },
  crashed: { words: "Crashed", tone: "bad" },
  deleting: { words: "Being deleted", tone: "bad" },
};

export const describeState = (state: Agent["state"]): { readonly words: string; readonly tone: Tone } => STATES[state];

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

/** "2.3 KB", as the seal says it. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1_000, "KB"] : [bytes / 1_000_000, "MB"];
  return `${size < 10 ? size.toFixed(1) : Math.round(size)} ${unit}`;
}
