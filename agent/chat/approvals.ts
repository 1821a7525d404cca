import type { AgentMessage, Fleeting, Kept } from "#shared/channel/app-protocol.ts";
import { makeMemoryOutbox, type OutboxStore } from "#shared/channel/delivery/stores.ts";
import { type Id, newId } from "#shared/ids.ts";

type Requested = Extract<AgentMessage, { type: "approval.requested" }>;
type Settled = Extract<AgentMessage, { type: "approval.settled" }>;

/** What OpenClaw may not do unasked: asked of every device, also of one that comes later, until one has answered. */
export interface Approvals {
  ask(approval: Omit<Requested, "type" | "msgId">): void;
  settle(approvalId: string, outcome: Settled["outcome"]): void;
  /** OpenClaw died: nobody waits for an answer any more. */
  expireAll(): void;
  find(approvalId: string): Requested | undefined;
  /** A device is here: it hears what is open, and what was settled while it was away. */
  greet(deviceId: Id<"device">): void;
  /** What waits for a device. It dies with the process, as the questions do. */
  outboxOf(deviceId: Id<"device">): OutboxStore;
}

export interface ApprovalsInput {
  readonly now: () => number;
  readonly send: (deviceId: Id<"device">, message: Kept<AgentMessage>) => Promise<void>;
  readonly tellAll: (message: Fleeting<AgentMessage>) => void;
}

const SETTLED_MAX = 100;

export function startApprovals({ now, send, tellAll }: ApprovalsInput): Approvals {
  const open = new Map<string, Requested>();
  const settled: Settled[] = [];
  const outboxes = new Map<Id<"device">, OutboxStore>();
  const outboxOf = (deviceId: Id<"device">): OutboxStore => {
    const outbox = outboxes.get(deviceId) ?? makeMemoryOutbox();
    outboxes.set(deviceId, outbox);
    return outbox;
  };
  const sent = new Map<Id<"device">, Set<string>>();
  const sendOnce = (deviceId: Id<"device">, request: Requested) => {
    const known = sent.get(deviceId) ?? new Set();
    sent.set(deviceId, known);
    if (known.has(request.approvalId)) return;
    known.add(request.approvalId);
    send(deviceId, request).catch(() => known.delete(request.approvalId)); // asked again when the device is back
  };
  const settle = (approvalId: string, outcome: Settled["outcome"]) => {
    const request = open.get(approvalId);
    if (!request) return;
    open.delete(approvalId);
    for (const outbox of outboxes.values()) void outbox.remove(request.msgId);
    for (const known of sent.values()) known.delete(approvalId);
    const news: Settled = { type: "approval.settled", approvalId, outcome };
    settled.splice(0, settled.length - SETTLED_MAX + 1);
    settled.push(news);
    tellAll(news);
  };

  return {
    ask(approval) {
      const request: Requested = { type: "approval.requested", msgId: newId("message", new Date(now())), ...approval };
      open.set(approval.approvalId, request);
      for (const deviceId of outboxes.keys()) sendOnce(deviceId, request);
    },
    settle,
    expireAll() {
      for (const id of [...open.keys()]) settle(id, "expired");
    },
    find: (approvalId) => open.get(approvalId),
    greet(deviceId) {
      outboxOf(deviceId);
      for (const news of settled) tellAll(news);
      for (const request of open.values()) sendOnce(deviceId, request);
    },
    outboxOf,
  };
}
