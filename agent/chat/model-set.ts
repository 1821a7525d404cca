import type { ModelChange, ModelView } from "#shared/channel/app-model.ts";
import { ModelChoice } from "#shared/client/model-choice.ts";

/** A device need not send the key again to change something beside it. Undefined when something is missing. */
export function choiceOf(asked: ModelChange, present: ModelChoice): ModelChoice | undefined {
  const known = present.kind === asked.kind ? present : {};
  return ModelChoice.safeParse({ ...known, ...asked }).data;
}

/** All but the key. */
export const viewOf = (model: ModelChoice): ModelView =>
  model.kind === "demo"
    ? { kind: "demo", hasKey: false }
    : { kind: model.kind, baseUrl: model.baseUrl, modelId: model.modelId, hasKey: true };
