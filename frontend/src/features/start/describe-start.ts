import type { Agent, Checklist } from "#shared/contracts/agents.ts";

export const STEPS = ["organisation", "passphrase", "recovery", "agent", "firstMessage"] as const;
export type StepName = (typeof STEPS)[number];
export type StepState = "done" | "current" | "waiting" | "failed";

export const NOTHING_DONE: Checklist = {
  organisation: false,
  passphrase: false,
  recovery: false,
  agent: false,
  firstMessage: false,
};

/** The one to be done now; undefined when nothing is left. */
export const findCurrent = (done: Checklist): StepName | undefined => STEPS.find((name) => !done[name]);

/** The first message waits for an agent that starts: when it crashes, the step has failed and is to be tried again. */
export function describeStep(name: StepName, done: Checklist, agent: Agent["state"] | undefined): StepState {
  if (done[name]) return "done";
  if (name !== findCurrent(done)) return "waiting";
  return name === "firstMessage" && agent === "crashed" ? "failed" : "current";
}
