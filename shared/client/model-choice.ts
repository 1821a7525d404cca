import * as z from "zod";

/** Whose model the agent asks. The key is the user's own; it exists on their devices, sealed, and in the running task's memory. */
export const ModelChoice = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("demo") }),
  z.object({
    kind: z.enum(["openai", "anthropic"]),
    baseUrl: z.url({ protocol: /^https?$/ }).max(300),
    apiKey: z.string().min(1).max(500),
    modelId: z.string().min(1).max(120),
  }),
]);
export type ModelChoice = z.infer<typeof ModelChoice>;
