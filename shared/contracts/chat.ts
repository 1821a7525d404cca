import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Instant, sealedBytes } from "./route.ts";

export const chatContract = {
  relayTicket: {
    method: "POST",
    path: "/v1/relay/tickets",
    access: "agents:chat",
    summary: "A one-time ticket for the relay, good for 30 seconds, bound to one agent and one device.",
    input: z.object({ agentId: idOf("agent"), deviceId: idOf("device") }),
    reply: z.object({ ticket: z.string(), expiresAt: Instant }),
  },
  enqueue: {
    method: "POST",
    path: "/v1/agents/{agentId}/queue",
    access: "agents:chat",
    summary: "Leave a sealed message for an agent that is not awake, and wake it.",
    status: 202,
    input: z.object({ agentId: idOf("agent"), messageId: idOf("message"), blob: sealedBytes(98_304) }),
    reply: z.object({ queued: z.int(), at: Instant }),
  },
} as const satisfies Contract;
