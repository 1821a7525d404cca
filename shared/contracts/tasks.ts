import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Done, Instant, sealedBytes } from "./route.ts";

/** What an agent's task may ask of the platform. It has no AWS rights of its own. */
export const Assignment = z.object({
  tenantId: idOf("tenant"),
  agentId: idOf("agent"),
  userId: idOf("user"),
  generation: z.int().positive(),
});
export type Assignment = z.infer<typeof Assignment>;

export const ServiceToken = z.object({ token: z.string(), expiresAt: Instant, assignment: Assignment.nullable() });
export type ServiceToken = z.infer<typeof ServiceToken>;

/** One sealed line of the conversation log, written before it is acknowledged. `seq` counts from 1 within a `stateSeq`. */
export const JournalEntry = z.object({ seq: z.int().positive(), blob: sealedBytes(190_000) }); // with what stands around it, within the 256 KB of a body
const QueuedFrame = z.object({ id: idOf("frame"), at: Instant, blob: sealedBytes(98_304) });

/** A use of a grant by the subject's agent, sealed to the issuer's. */
const UseCall = sealedBytes(160_000);
const WaitingUse = z.object({ useId: idOf("use"), grantId: idOf("grant"), at: Instant, blob: UseCall });

const StateSeq = z.int().nonnegative(); // 0 before the first save

export const tasksContract = {
  exchange: {
    method: "POST",
    path: "/v1/tasks/exchange",
    access: "public",
    summary: "Trade a launch ticket, once, for a service token, and publish the task's boot keys.",
    input: z.object({
      ticket: sealedBytes(32).length(43),
      bootSignPub: sealedBytes(32),
      bootKemPub: sealedBytes(1216),
    }),
    reply: ServiceToken.extend({ taskId: idOf("task") }),
  },
  renew: {
    method: "POST",
    path: "/v1/tasks/renew",
    access: "task",
    summary: "A fresh service token; after `assign` it names the agent.",
    input: z.object({}),
    reply: ServiceToken,
  },
  relayTicket: {
    method: "POST",
    path: "/v1/tasks/relay-tickets",
    access: "task",
    summary: "A one-time ticket for the relay, good for 30 seconds.",
    input: z.object({}),
    reply: z.object({ ticket: z.string(), expiresAt: Instant }),
  },
  report: {
    method: "POST",
    path: "/v1/tasks/reports",
    access: "task",
    summary:
      "What the task has reached: its relay socket open, OpenClaw up, unlocked, paused, active; or that it failed.",
    input: z.object({
      fact: z.enum(["connected", "openclaw_ready", "unlocked", "ready", "paused", "resumed", "active", "failed"]),
      detail: z.string().max(200).optional(), // a cause in words; never content
      firstMessage: z.boolean().optional(),
    }),
    reply: Done,
  },
  uploadState: {
    method: "POST",
    path: "/v1/tasks/state-uploads",
    access: "task",
    summary: "A presigned PUT for the next sealed state, for exactly these bytes and only if absent.",
    input: z.object({ seq: z.int().positive(), bytes: z.int().positive().max(2_147_483_648) }),
    reply: z.object({ url: z.string(), headers: z.record(z.string(), z.string()), expiresAt: Instant }),
  },
  commitState: {
    method: "POST",
    path: "/v1/tasks/state-commits",
    access: "task",
    summary: "Make an uploaded state the agent's state, if it is the next one and this task still holds the agent.",
    input: z.object({
      seq: z.int().positive(),
      hash: sealedBytes(32),
      bytes: z.int().positive(),
      sealedKey: sealedBytes(2048),
      final: z.boolean(), // the task is ready to be stopped
    }),
    reply: Done,
  },
  getState: {
    method: "GET",
    path: "/v1/tasks/state",
    access: "task",
    summary: "A presigned GET of the agent's saved state.",
    input: z.object({}),
    reply: z.object({ seq: z.int(), url: z.string(), bytes: z.int(), expiresAt: Instant }).nullable(),
  },
  appendJournal: {
    method: "POST",
    path: "/v1/tasks/journal",
    access: "task",
    summary: "Add sealed lines after the saved state, 256 KB at most; refused if they do not continue it.",
    input: z.object({ stateSeq: StateSeq, entries: z.array(JournalEntry).min(1).max(25) }),
    reply: Done,
  },
  readJournal: {
    method: "GET",
    path: "/v1/tasks/journal",
    access: "task",
    summary: "The sealed lines written since a saved state, in order.",
    input: z.object({
      stateSeq: z.coerce.number().int().nonnegative(),
      after: z.coerce.number().int().nonnegative().default(0),
    }),
    reply: z.object({ entries: z.array(JournalEntry), more: z.boolean() }),
  },
  readQueue: {
    method: "GET",
    path: "/v1/tasks/queue",
    access: "task",
    summary: "Sealed messages that arrived while the agent slept, oldest first.",
    input: z.object({}),
    reply: z.object({ frames: z.array(QueuedFrame), more: z.boolean() }),
  },
  ackQueue: {
    method: "POST",
    path: "/v1/tasks/queue/acks",
    access: "task",
    summary: "Remove queued messages that are now in the journal.",
    input: z.object({ ids: z.array(idOf("frame")).min(1).max(100) }),
    reply: Done,
  },
  postUse: {
    method: "POST",
    path: "/v1/tasks/uses",
    access: "task",
    summary: "Leave a sealed use of a grant for the issuer's agent, and wake that one.",
    status: 202,
    input: z.object({ grantId: idOf("grant"), useId: idOf("use"), blob: UseCall }),
    reply: z.object({ expiresAt: Instant }),
  },
  getUse: {
    method: "GET",
    path: "/v1/tasks/uses/{useId}",
    access: "task",
    summary: "What became of a use: the sealed answer, once there is one.",
    input: z.object({ grantId: idOf("grant"), useId: idOf("use") }),
    reply: z.object({ state: z.enum(["waiting", "answered", "expired"]), answer: UseCall.nullable() }),
  },
  readUses: {
    method: "GET",
    path: "/v1/tasks/uses",
    access: "task",
    summary: "Sealed uses that wait for this agent, oldest first, and what its owner has taken back.",
    input: z.object({ after: idOf("use").optional() }), // what gets no answer stays, and is to be passed by
    reply: z.object({
      uses: z.array(WaitingUse),
      more: z.boolean(),
      revocations: z.array(z.object({ grantId: idOf("grant"), revocation: sealedBytes(256) })),
    }),
  },
  answerUse: {
    method: "POST",
    path: "/v1/tasks/uses/{useId}/answer",
    access: "task",
    summary: "The sealed answer to a use, and whether it was counted.",
    input: z.object({ useId: idOf("use"), grantId: idOf("grant"), answer: UseCall, counted: z.boolean() }),
    reply: Done,
  },
} as const satisfies Contract;
