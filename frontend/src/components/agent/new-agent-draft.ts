import * as z from "zod";
import { ModelView } from "#shared/channel/app-model.ts";
import type { ModelDraft } from "./model-fields.tsx";

/** What this device keeps of a new agent while it is typed: all but the key. */
export const AgentDraft = z.object({
  name: z.string(),
  model: z.object({ kind: ModelView.shape.kind, baseUrl: z.string(), modelId: z.string() }),
});
export type AgentDraft = z.infer<typeof AgentDraft>;

export const FIRST_AGENT_DRAFT: AgentDraft = { name: "", model: { kind: "demo", baseUrl: "", modelId: "" } };

export const keptOf = (name: string, { apiKey: _, ...model }: ModelDraft): AgentDraft => ({ name, model });
