import { Conversation, type Entry } from "#shared/channel/app-model.ts";
import type { AgentMessage, DeviceMessage, Fleeting, Kept } from "#shared/channel/app-protocol.ts";
import type { InboxStore } from "#shared/channel/delivery/stores.ts";
import type { Peer } from "#shared/channel/peer/agent-sessions.ts";
import type { Id } from "#shared/ids.ts";
import type { ModelProxy } from "../model/proxy.ts";
import type { Approval, OpenClaw, OpenClawEvent } from "../openclaw/types.ts";
import type { Log } from "../platform/log.ts";
import type { Journal } from "../state/journal.ts";
import { answerAsk } from "./answers.ts";
import { type Approvals, startApprovals } from "./approvals.ts";
import type { ChatLog } from "./log/chat-log.ts";
import { makeRecorder, type Recorder } from "./log/recorder.ts";
import { choiceOf, viewOf } from "./model-set.ts";
import { startTurns, type Turns } from "./turns.ts";

/** The agent's side of all conversations: devices on one side, OpenClaw on the other, the journal beneath. */
export interface Conversations {
  readonly inbox: InboxStore;
  readonly approvals: Approvals;
  readonly turns: Turns;
  /** A message from wherever, kept once; acted upon if it was new. */
  take(message: Kept<DeviceMessage>): Promise<void>;
  /** A message the channel has handed on; if it is a kept one, it was recorded. */
  hearDevice(message: DeviceMessage, from: Peer): void;
  hearOpenClaw(event: OpenClawEvent): void;
  greet(peer: Peer): void;
  /** OpenClaw has its memory back: from now on it is ready whenever it is up. */
  begin(): void;
  tellStatus(): void;
}

export interface ConversationsInput {
  readonly log: ChatLog;
  readonly journal: Pick<Journal, "append">;
  readonly openclaw: OpenClaw;
  readonly model: Pick<ModelProxy, "choose" | "chosen">;
  readonly report: Log;
  readonly now: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly tell: (to: Peer | "all", message: Fleeting<AgentMessage>) => void;
  readonly send: (deviceId: Id<"device">, message: Kept<AgentMessage>) => Promise<void>;
  readonly isPaused: () => boolean;
  /** Someone speaks: before it is acted upon, and so that the platform hears of it. */
  readonly onActive: () => void;
  readonly onAnswered: (entry: Entry) => void;
  /** The owner allows a call, as it was shown to them; before OpenClaw hears of it. */
  readonly onAllowed: (call: Pick<Approval, "toolCallId" | "toolName" | "description">) => void;
  readonly onFailure: (cause: unknown) => void;
}

interface Room extends ConversationsInput {
  readonly recorder: Recorder;
  readonly approvals: Approvals;
  readonly turns: Turns;
  readonly tellAll: (message: Fleeting<AgentMessage>) => void;
  hasBegun: boolean;
}

export function startConversations(input: ConversationsInput): Conversations {
  const { log, tell } = input;
  const tellAll = (message: Fleeting<AgentMessage>) => tell("all", message);
  const answeringIn = (id: Id<"conversation">): Id<"message"> | undefined =>
    turns.runningIn(id)?.asked.id ??
    log.listTurns().find(({ asked, answer }) => !answer && asked.conversationId === id)?.asked.id;
  const recorder = makeRecorder({ ...input, answeringIn });
  const approvals = startApprovals({ ...input, tellAll });
  const turns: Turns = startTurns({ ...input, recorder, tellAll });
  const room: Room = { ...input, recorder, approvals, turns, tellAll, hasBegun: false };

  return {
    inbox: recorder.inbox,
    approvals,
    turns,
    async take(message) {
      if (await recorder.record(message)) act(room, message);
    },
    hearDevice(message, from) {
      const model = () => viewOf(input.model.chosen());
      if ("msgId" in message) act(room, message);
      else if ("requestId" in message) tell(from, answerAsk(message, { log, runningIn: turns.runningIn, model }));
    },
    hearOpenClaw(event) {
      turns.hear(event);
      hearApproval(room, event);
      if (event.is === "up" || event.is === "down") tellAll(statusOf(room));
    },
    greet(peer) {
      tell(peer, statusOf(room));
      approvals.greet(peer.deviceId);
    },
    begin() {
      room.hasBegun = true;
      tellAll(statusOf(room));
    },
    tellStatus: () => tellAll(statusOf(room)),
  };
}

function statusOf({ openclaw, model, isPaused, hasBegun }: Room): Fleeting<AgentMessage> {
  const awake = hasBegun && openclaw.isUp() ? "ready" : "booting";
  return { type: "agent.status", openclaw: isPaused() ? "paused" : awake, model: viewOf(model.chosen()) };
}

/** Doing it again does nothing more: after a crash, what was recorded and not done is done from the journal. */
function act(room: Room, message: Kept<DeviceMessage>): void {
  const { log, turns, tellAll } = room;
  room.onActive();
  switch (message.type) {
    case "chat.send":
      tellEntry(room, message);
      turns.pump();
      break;
    case "chat.abort": {
      const asked = turns.runningIn(message.conversationId)?.asked;
      if (asked && log.isStopped(asked.id)) turns.abort(asked.id);
      else turns.pump();
      break;
    }
    case "chat.rename": {
      const conversation = log.findConversation(message.conversationId);
      if (conversation) tellAll({ type: "chat.renamed", conversation });
      break;
    }
    case "chat.delete":
      void forget(room, message.conversationId);
      break;
    case "approval.resolve":
      resolve(room, message);
      break;
    case "model.set": {
      const chosen = choiceOf(message.model, room.model.chosen());
      if (chosen) room.model.choose(chosen);
      tellAll(statusOf(room));
    }
  }
}

function tellEntry({ log, tellAll }: Room, { conversationId, msgId }: Extract<DeviceMessage, { type: "chat.send" }>) {
  const entry = log.entriesOf(conversationId).find(({ id }) => id === msgId);
  if (entry) tellAll({ type: "chat.entry", entry });
}

async function forget({ turns, openclaw, tellAll, report }: Room, conversationId: Id<"conversation">): Promise<void> {
  tellAll({ type: "chat.deleted", conversationId });
  const asked = turns.runningIn(conversationId)?.asked;
  try {
    if (asked) await openclaw.abort(conversationId);
    if (openclaw.isUp()) await openclaw.deleteSession(conversationId);
  } catch (error) {
    report.error("conversation.not_forgotten", error);
  }
}

function resolve(
  { openclaw, approvals, report, onAllowed }: Room,
  asked: Extract<DeviceMessage, { type: "approval.resolve" }>,
) {
  const { approvalId, decision } = asked;
  const request = approvals.find(approvalId);
  if (!request) return; // settled by another device, or void
  if (decision === "allow-once") onAllowed(request);
  openclaw
    .resolveApproval(approvalId, decision)
    .catch((error: unknown) => report.error("approval.not_resolved", error));
}

function hearApproval(room: Room, event: OpenClawEvent): void {
  if (event.is === "down") room.approvals.expireAll();
  if (event.is === "approval") ask(room, event);
  if (event.is === "approval.settled") settle(room, event.approvalId, event.decision);
}

function ask({ approvals, turns }: Room, event: Extract<OpenClawEvent, { is: "approval" }>): void {
  const conversationId = Conversation.shape.id.safeParse(event.conversationId).data;
  const run = conversationId && turns.runningIn(conversationId);
  if (!run) return; // of a run nobody waits for: it is denied when its time is over
  const { approvalId, toolCallId, expiresAtMs: expiresAt } = event.approval;
  run.setToolState(toolCallId, "waiting");
  const toolName = event.approval.toolName.slice(0, 200);
  const words = { title: event.approval.title.slice(0, 500), description: event.approval.description.slice(0, 20_000) };
  approvals.ask({ conversationId, approvalId, toolCallId, toolName, expiresAt, ...words });
}

function settle({ approvals, turns }: Room, approvalId: string, decision: string | undefined): void {
  const request = approvals.find(approvalId);
  if (!request) return;
  const outcome = decision === undefined ? "expired" : (OUTCOMES[decision] ?? "denied");
  const state = outcome === "allowed" ? "running" : "refused";
  turns.runningIn(request.conversationId)?.setToolState(request.toolCallId, state);
  approvals.settle(approvalId, outcome);
}

const OUTCOMES: Readonly<Record<string, "allowed" | "denied">> = { "allow-once": "allowed", deny: "denied" };
