import * as z from "zod";
import { idOf } from "#shared/ids.ts";

/** The things that are spoken about inside the tunnel. Neither the relay nor the API ever sees them. */
export const TEXT_BYTES_MAX = 1024 * 1024;

/** Length in characters first, which is cheap; then in UTF-8, which is what counts. */
export const Text = z
  .string()
  .max(TEXT_BYTES_MAX)
  .refine((text) => text.length * 3 <= TEXT_BYTES_MAX || new TextEncoder().encode(text).length <= TEXT_BYTES_MAX, {
    error: "expected at most 1 MiB of text",
  });

/** Names OpenClaw gives its runs, tool calls and approvals. */
const OpenClawId = z.string().regex(/^[A-Za-z0-9:._-]{1,200}$/, "expected an id of OpenClaw");
/** Begins with the id of the message that is answered. */
export const RunId = OpenClawId;
const ToolCallId = OpenClawId;
export const ApprovalId = OpenClawId;
/** Milliseconds since 1970. */
export const At = z.int().nonnegative();
export const Seq = z.int().nonnegative();

export const ToolCall = z.object({
  toolCallId: ToolCallId,
  name: z.string().max(200),
  state: z.enum(["running", "waiting", "done", "refused", "failed"]),
  args: z.unknown().optional(),
  result: z.unknown().optional(),
});
export type ToolCall = z.infer<typeof ToolCall>;

/** One line of a conversation. `seq` counts all entries of the agent, so one number says what a browser has seen. */
export const Entry = z.object({
  seq: Seq,
  id: idOf("message"),
  conversationId: idOf("conversation"),
  role: z.enum(["user", "assistant"]),
  to: idOf("message").optional(), // of an answer: the message that it answers
  text: Text,
  tools: z.array(ToolCall).max(1_000),
  state: z.enum(["queued", "sent", "final", "aborted", "error"]),
  at: At,
});
export type Entry = z.infer<typeof Entry>;

export const Conversation = z.object({
  id: idOf("conversation"),
  title: z.string().max(200),
  lastSeq: Seq,
  lastAt: At,
});
export type Conversation = z.infer<typeof Conversation>;

const ModelKind = z.enum(["demo", "openai", "anthropic"]);
const ModelPlace = { baseUrl: z.url({ protocol: /^https?$/ }).max(300), modelId: z.string().min(1).max(120) };
/** Another choice of model; what is left out stays. The key goes in and never comes out. */
export const ModelChange = z.object({
  kind: ModelKind,
  baseUrl: ModelPlace.baseUrl.optional(),
  modelId: ModelPlace.modelId.optional(),
  apiKey: z.string().min(1).max(500).optional(),
});
export type ModelChange = z.infer<typeof ModelChange>;
export const ModelView = ModelChange.omit({ apiKey: true }).extend({ hasKey: z.boolean() });
export type ModelView = z.infer<typeof ModelView>;
