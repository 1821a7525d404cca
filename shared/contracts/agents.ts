import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Instant, PageQuery, pageOf, SignedWrite, sealedBytes } from "./route.ts";

/**
 * provisioning: its first task is being found · starting: a task is being found for a stopped agent ·
 * locked: a task runs and waits for a device to unlock it · running · paused: OpenClaw is frozen in place ·
 * stopping: its state is being sealed · stopped: nothing runs · crashed: it failed too often to be started again by itself ·
 * deleting.
 */
export const AGENT_STATES = [
  "provisioning",
  "starting",
  "locked",
  "running",
  "paused",
  "stopping",
  "stopped",
  "crashed",
  "deleting",
] as const;
export type AgentState = (typeof AGENT_STATES)[number];

/** The steps of a start, in order, each with the time it was reached. The page shows them with an ETA from earlier starts. */
export const STEPS = ["requested", "task_found", "assigned", "unlocked", "ready"] as const;
const Step = z.object({ step: z.enum(STEPS), at: Instant });

/** The sealed state as last saved: `sealedKey` opens only for the user's identity key. */
export const SavedState = z.object({
  seq: z.int().positive(),
  hash: sealedBytes(32),
  bytes: z.int().positive(),
  sealedKey: sealedBytes(2048),
  savedAt: Instant,
});
export type SavedState = z.infer<typeof SavedState>;

export const Agent = z.object({
  id: idOf("agent"),
  name: z.string(),
  ownerId: idOf("user"),
  state: z.enum(AGENT_STATES),
  size: z.enum(["small", "medium", "large"]),
  generation: z.int().nonnegative(), // rises with every task; an older task can never write again
  steps: z.array(Step),
  etaSeconds: z.number().nullable(), // what a start usually takes, from the request on, by this deployment's own history
  online: z.boolean(), // its task holds a relay connection
  saved: SavedState.nullable(),
  queued: z.int().nonnegative(),
  restarts: z.int().nonnegative(), // after a failure; a task that went with its machine is not one
  cause: z.string().nullable(), // why it crashed, in words
  firstMessageAt: Instant.nullable(),
  lastActiveAt: Instant.nullable(),
  createdAt: Instant,
  version: z.int(),
});
export type Agent = z.infer<typeof Agent>;

/** Who vouches for a task, before anything is sealed to it: signed by the launch key, which only the lifecycle may use. */
export const Launch = z.object({
  taskId: idOf("task"),
  generation: z.int(),
  statement: sealedBytes(2048),
  signature: sealedBytes(64), // ES256, r then s
  launchKey: sealedBytes(512), // SPKI
  bootSignPub: sealedBytes(32),
  bootKemPub: sealedBytes(1216),
});
export type Launch = z.infer<typeof Launch>;

/** The agent's secrets, sealed by the user's root to itself. The server keeps the bytes and a version. */
export const Envelope = z.object({ blob: sealedBytes(16_384), version: z.int().positive() });
export type Envelope = z.infer<typeof Envelope>;

export const AgentEvent = z.object({
  id: idOf("event"),
  at: Instant,
  event: z.enum([
    "agent.created",
    "agent.requested",
    "agent.task_found",
    "agent.assigned",
    "agent.unlocked",
    "agent.ready",
    "agent.state_saved",
    "agent.paused",
    "agent.resumed",
    "agent.stopping",
    "agent.stopped",
    "agent.task_lost",
    "agent.replaced",
    "agent.crashed",
    "agent.deleted",
  ]),
  generation: z.int(),
  detail: z.string().nullable(),
});
export type AgentEvent = z.infer<typeof AgentEvent>;

/** The five steps of the first day, in order; the page resumes at the first that is not done. */
export const Checklist = z.object({
  organisation: z.boolean(),
  passphrase: z.boolean(),
  recovery: z.boolean(),
  agent: z.boolean(),
  firstMessage: z.boolean(),
});
export type Checklist = z.infer<typeof Checklist>;

const ById = z.object({ agentId: idOf("agent") });

export const agentsContract = {
  checklist: {
    method: "GET",
    path: "/v1/onboarding",
    access: "tenant:read",
    summary: "Which of the first steps are done.",
    input: z.object({}),
    reply: Checklist,
  },
  create: {
    method: "POST",
    path: "/v1/agents",
    access: "agents:write",
    summary: "Deploy an agent. Its first task is being found when this answers; follow `state`.",
    status: 202,
    input: z.object({ name: z.string().trim().min(1).max(60) }),
    reply: Agent,
  },
  list: {
    method: "GET",
    path: "/v1/agents",
    access: "agents:read",
    summary: "Your agents.",
    input: PageQuery,
    reply: pageOf(Agent),
  },
  get: {
    method: "GET",
    path: "/v1/agents/{agentId}",
    access: "agents:read",
    summary: "One agent.",
    input: ById,
    reply: Agent,
  },
  rename: {
    method: "PATCH",
    path: "/v1/agents/{agentId}",
    access: "agents:write",
    summary: "Rename an agent.",
    input: ById.extend({ name: z.string().trim().min(1).max(60), version: z.int() }),
    reply: Agent,
  },
  wake: {
    method: "POST",
    path: "/v1/agents/{agentId}/wake",
    access: "agents:write",
    summary: "Start a stopped agent, or thaw a paused one. A hundred wakers start one task.",
    status: 202,
    input: ById,
    reply: Agent,
  },
  pause: {
    method: "POST",
    path: "/v1/agents/{agentId}/pause",
    access: "agents:write",
    summary: "Freeze OpenClaw in place; the task stays.",
    status: 202,
    input: ById,
    reply: Agent,
  },
  stop: {
    method: "POST",
    path: "/v1/agents/{agentId}/stop",
    access: "agents:write",
    summary: "Seal the agent's state and stop its task.",
    status: 202,
    input: ById,
    reply: Agent,
  },
  remove: {
    method: "DELETE",
    path: "/v1/agents/{agentId}",
    access: "agents:write",
    fresh: true,
    summary: "Delete an agent with all its sealed state. There is no way back.",
    status: 202,
    input: ById,
    reply: Agent,
  },
  launch: {
    method: "GET",
    path: "/v1/agents/{agentId}/launch",
    access: "agents:chat",
    summary: "The launch statement of the agent's present task.",
    input: ById,
    reply: Launch,
  },
  getEnvelope: {
    method: "GET",
    path: "/v1/agents/{agentId}/envelope",
    access: "agents:chat",
    summary: "The agent's sealed secrets, which only its owner's root opens.",
    input: ById,
    reply: Envelope.nullable(),
  },
  putEnvelope: {
    method: "PUT",
    path: "/v1/agents/{agentId}/envelope",
    access: "agents:chat",
    summary: "Keep the agent's sealed secrets, signed by your root; `version` must be the last one plus one.",
    input: ById.extend(Envelope.shape).extend({ signed: SignedWrite }),
    reply: Envelope,
  },
  listEvents: {
    method: "GET",
    path: "/v1/agents/{agentId}/events",
    access: "agents:read",
    summary: "What happened to an agent, newest first.",
    input: PageQuery.extend(ById.shape),
    reply: pageOf(AgentEvent),
  },
} as const satisfies Contract;
