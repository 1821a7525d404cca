import type { ModelChoice } from "#shared/client/model-choice.ts";

/** Undefined while its sealed choice is not read, where it cannot be read and where none was sealed. */
export const isDemo = (model: Pick<ModelChoice, "kind"> | null | undefined): boolean | undefined =>
  model ? model.kind === "demo" : undefined;

/** What one could say first; nothing until it is known whether the demo model answers. */
export function suggest(isDemo: boolean | undefined): readonly string[] {
  if (isDemo === undefined) return [];
  return isDemo ? FOR_DEMO : FOR_MODELS;
}

/** The only things that the demo model has an answer for (agent/model/demo-model.ts). */
const FOR_DEMO = ["count to 20", "run: ls -l", "what did I say?"];
const FOR_MODELS = [
  "What can you do for me, and what would you need access to?",
  "Write a short plan for my week; ask me what you need to know.",
  "Look at the files in your workspace and tell me what is there.",
  "Which of your tools ask me before they act?",
];
