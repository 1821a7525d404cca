import * as z from "zod";

/** What OpenClaw's events mean to us; everything else it tells is left aside. */
export type GatewayEvent =
  | { readonly is: "text"; readonly runId: string; readonly text: string; readonly replaces?: true }
  | { readonly is: "tool"; readonly runId: string; readonly tool: ToolNews }
  | RunEnd
  | { readonly is: "asked"; readonly approval: AskedApproval }
  | { readonly is: "settled"; readonly approvalId: string; readonly decision: string | undefined };

export interface RunEnd {
  readonly is: "end";
  readonly runId: string;
  readonly state: "final" | "aborted" | "error";
  readonly text: string; // all of it
  readonly error?: string;
}

export interface ToolNews {
  readonly toolCallId: string;
  readonly name: string;
  readonly state: "running" | "done" | "failed";
  readonly args?: unknown;
  readonly result?: unknown;
}

interface AskedApproval {
  readonly approvalId: string;
  readonly sessionKey: string;
  readonly runId: string | undefined;
  readonly toolCallId: string;
  readonly toolName: string;
  readonly title: string;
  readonly description: string;
  readonly expiresAtMs: number;
}

const Content = z.union([z.string(), z.array(z.object({ type: z.string(), text: z.string().optional() }))]);
const Chat = z.object({
  runId: z.string(),
  state: z.string(),
  deltaText: z.string().optional(),
  replace: z.boolean().optional(),
  message: z.object({ content: Content.optional() }).optional(),
  errorMessage: z.string().optional(),
});
const Tool = z.object({
  runId: z.string(),
  stream: z.literal("tool"),
  data: z.object({
    phase: z.enum(["start", "update", "result"]),
    name: z.string(),
    toolCallId: z.string(),
    args: z.unknown().optional(),
    result: z.unknown().optional(),
    isError: z.boolean().optional(),
  }),
});
const Asked = z.object({
  id: z.string(),
  request: z.object({
    ...{
      title: z.string(),
      description: z.string().default(""),
      detail: z.string().nullish(),
      toolName: z.string().default(""),
    },
    ...{ toolCallId: z.string(), sessionKey: z.string(), runId: z.string().nullish() },
  }),
  expiresAtMs: z.number().optional(),
});
const Settled = z.object({ id: z.string(), decision: z.string().nullish() });

/** Undefined for what does not concern us. Nothing here throws: another version's event is not an error of ours. */
export function readGatewayEvent(event: string, payload: unknown, nowMs: number): GatewayEvent | undefined {
  if (event === "chat") return readChat(payload);
  if (event === "agent") return readTool(payload);
  if (event === "plugin.approval.requested") return readAsked(payload, nowMs);
  if (event !== "plugin.approval.resolved") return undefined;
  const settled = Settled.safeParse(payload).data;
  return settled && { is: "settled", approvalId: settled.id, decision: settled.decision ?? undefined };
}

function readChat(payload: unknown): GatewayEvent | undefined {
  const chat = Chat.safeParse(payload).data;
  if (!chat) return undefined;
  const { runId, state } = chat;
  if (state === "delta") {
    return { is: "text", runId, text: chat.deltaText ?? "", ...(chat.replace ? { replaces: true } : {}) };
  }
  if (state !== "final" && state !== "aborted" && state !== "error") return undefined;
  const { errorMessage: error } = chat;
  return { is: "end", runId, state, text: textOf(chat.message?.content), ...(error ? { error } : {}) };
}

function readTool(payload: unknown): GatewayEvent | undefined {
  const tool = Tool.safeParse(payload).data;
  if (!tool || tool.data.phase === "update") return undefined;
  const { phase, name, toolCallId, args, result, isError } = tool.data;
  if (phase === "start") return { is: "tool", runId: tool.runId, tool: { toolCallId, name, state: "running", args } };
  const state = isError ? "failed" : "done";
  return { is: "tool", runId: tool.runId, tool: { toolCallId, name, state, result } };
}

const APPROVAL_MS = 600_000;

function readAsked(payload: unknown, nowMs: number): GatewayEvent | undefined {
  const asked = Asked.safeParse(payload).data;
  if (!asked) return undefined;
  const expiresAtMs = asked.expiresAtMs ?? nowMs + APPROVAL_MS;
  const { runId, ...request } = asked.request;
  return { is: "asked", approval: { ...request, approvalId: asked.id, runId: runId ?? undefined, expiresAtMs } };
}

const textOf = (content: z.infer<typeof Content> | undefined): string =>
  typeof content === "string" ? content : (content ?? []).map(({ text = "" }) => text).join("");
