import { describe, expect, it } from "vitest";
import { AgentDraft, keptOf } from "../../../frontend/src/components/agent/new-agent-draft.ts";

describe("what a device keeps of a new agent while it is typed", () => {
  const model = { kind: "openai", baseUrl: "https://models.example/v1", modelId: "next" } as const;

  it("is its name and whose model, and never the key", () => {
    const kept = keptOf("Ada", { ...model, apiKey: "sk-a-key" });
    expect(JSON.stringify(kept)).not.toContain("sk-a-key");
    expect(AgentDraft.parse(JSON.parse(JSON.stringify(kept)))).toEqual({ name: "Ada", model });
  });
});
