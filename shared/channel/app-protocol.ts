import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { utf8, utf8Decode } from "../crypto/encoding/bytes.ts";
import { LendingAsked, LendingHeld, LendingOffer } from "./app-lending.ts";
import {
  ApprovalId,
  At,
  Conversation,
  Entry,
  ModelChange,
  ModelView,
  RunId,
  Seq,
  Text,
  ToolCall,
} from "./app-model.ts";
import { VaultHeld, VaultOffer } from "./app-vault.ts";
import { parseJson } from "./envelope.ts";

/**
 * The messages inside the tunnel, as JSON. One with a `msgId` is kept by its sender until the other end has recorded it and
 * is handed on once; one without is sent once and may be lost when a session ends. One with a `requestId` asks, and is
 * answered by a message with the same `requestId`.
 */
const kept = { msgId: idOf("message") };
const asks = { requestId: z.string().regex(/^[A-Za-z0-9_-]{1,40}$/, "expected a request id") };
const inConversation = { conversationId: idOf("conversation") };
const inRun = { ...inConversation, runId: RunId };

export const DeviceMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("chat.send"), ...kept, ...inConversation, text: Text }),
  z.object({ type: z.literal("chat.abort"), ...kept, ...inConversation }),
  z.object({ type: z.literal("chat.rename"), ...kept, ...inConversation, title: z.string().trim().min(1).max(200) }),
  z.object({ type: z.literal("chat.delete"), ...kept, ...inConversation }),
  z.object({
    type: z.literal("approval.resolve"),
    ...kept,
    approvalId: ApprovalId,
    decision: z.enum(["allow-once", "deny"]),
  }),
  z.object({ type: z.literal("model.set"), ...kept, model: ModelChange }),
  z.object({ type: z.literal("chat.list"), ...asks }),
  z.object({
    type: z.literal("chat.history"),
    ...asks,
    ...inConversation,
    before: Seq.optional(),
    limit: z.int().min(1).max(100),
  }),
  z.object({ type: z.literal("chat.sync"), ...asks, ...inConversation, afterEntrySeq: Seq }),
  z.object({ type: z.literal("model.get"), ...asks }),
  z.object({ type: z.literal("ping"), ...asks }),
  // which devices the owner has taken back, signed by the root; sent anew in each session
  z.object({ type: z.literal("devices.revoked"), revocations: z.string().max(2_800) }),
  // sent anew in each session, and kept by nobody: what waits somewhere is not taken back by a lock
  z.object({ type: z.literal("vault.offer"), ...VaultOffer.shape }),
  // this device locks: without another one that is unlocked, the agent forgets what it holds
  z.object({ type: z.literal("vault.release") }),
  // what the agent may do for other people's agents, and with theirs; sent anew in each session, as above
  z.object({ type: z.literal("lending.offer"), ...LendingOffer.shape }),
  z.object({ type: z.literal("lending.decide"), useId: idOf("use"), decision: z.enum(["allow-once", "deny"]) }),
]);
export type DeviceMessage = z.infer<typeof DeviceMessage>;

const entries = { ...asks, ...inConversation, entries: z.array(Entry).max(1_000), hasMore: z.boolean() };

export const AgentMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("chat.conversations"), ...asks, conversations: z.array(Conversation).max(10_000) }),
  z.object({ type: z.literal("chat.page"), ...entries }),
  z.object({
    type: z.literal("chat.synced"),
    ...entries,
    // what a run under way has written so far; its deltas go on from here
    running: z.object({ runId: RunId, text: Text, tools: z.array(ToolCall).max(1_000) }).optional(),
  }),
  z.object({ type: z.literal("model.current"), ...asks, model: ModelView }),
  z.object({ type: z.literal("pong"), ...asks }),
  z.object({ type: z.literal("request.failed"), ...asks, code: z.enum(["not_found", "busy", "internal"]) }),
  z.object({ type: z.literal("chat.entry"), entry: Entry }),
  z.object({ type: z.literal("chat.delta"), ...inRun, offset: z.int().nonnegative(), text: Text }),
  z.object({ type: z.literal("chat.tool"), ...inRun, ...ToolCall.shape }),
  z.object({ type: z.literal("chat.end"), ...inRun, state: z.enum(["final", "aborted", "error"]), entry: Entry }),
  z.object({ type: z.literal("chat.renamed"), conversation: Conversation }),
  z.object({ type: z.literal("chat.deleted"), ...inConversation }),
  z.object({
    type: z.literal("approval.requested"),
    ...kept,
    ...inConversation,
    approvalId: ApprovalId,
    toolCallId: ToolCall.shape.toolCallId,
    toolName: z.string().max(200),
    title: z.string().max(500),
    description: z.string().max(20_000),
    expiresAt: At,
  }),
  z.object({
    type: z.literal("approval.settled"),
    approvalId: ApprovalId,
    outcome: z.enum(["allowed", "denied", "expired"]),
  }),
  // the state that a device unlocks next time, or a newer one: what it must not accept is an older
  z.object({ type: z.literal("state.saved"), stateSeq: z.int().positive(), stateHash: z.string().length(43) }),
  z.object({
    type: z.literal("agent.status"),
    openclaw: z.enum(["booting", "ready", "paused"]),
    step: z.string().max(100).optional(),
    model: ModelView.optional(),
  }),
  // left with the platform and not taken; told to each device that comes, by the ids that stand outside the seal
  z.object({
    type: z.literal("queue.refused"),
    refused: z.array(z.object({ ...kept, why: z.enum(["too_old", "unreadable"]) })).max(1_000),
  }),
  z.object({ type: z.literal("vault.held"), ...VaultHeld.shape }),
  z.object({ type: z.literal("lending.held"), ...LendingHeld.shape }),
  // another person's agent wants something of a grant that asks each time; all that wait now
  z.object({ type: z.literal("lending.asked"), asked: z.array(LendingAsked).max(100) }),
]);
export type AgentMessage = z.infer<typeof AgentMessage>;

export type AppMessage = DeviceMessage | AgentMessage;
/** Kept until recorded, and handed on once. */
export type Kept<M extends AppMessage> = Extract<M, { msgId: unknown }>;
/** Sent once. */
export type Fleeting<M extends AppMessage> = Exclude<M, { msgId: unknown }>;

export const writeAppMessage = (message: AppMessage): Uint8Array => utf8(JSON.stringify(message));

/** Undefined for what this version does not know, so that a newer other end is not cut off. */
export const readDeviceMessage = (bytes: Uint8Array): DeviceMessage | undefined => read(DeviceMessage, bytes);
export const readAgentMessage = (bytes: Uint8Array): AgentMessage | undefined => read(AgentMessage, bytes);

function read<T extends z.ZodType>(schema: T, bytes: Uint8Array): z.output<T> | undefined {
  return schema.safeParse(parseJson(utf8Decode(bytes))).data;
}
