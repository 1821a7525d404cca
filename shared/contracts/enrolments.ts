import * as z from "zod";
import { idOf } from "#shared/ids.ts";
import { type Contract, Done, Instant, sealedBytes } from "./route.ts";

/**
 * A device that is locked is let in by one that is open (docs/formats.md: OCER). The platform passes a request one way and a sealed root
 * key back, each once; it opens neither, and what it could put in their place fails by the six words that a person types.
 */
const Request = sealedBytes(2048); // OCER
const Answer = sealedBytes(2048); // OCM1 around the root key

/** `answered` waits to be taken; `expired` is said by the time, of one that was neither taken nor ended. */
const State = z.enum(["pending", "answered", "taken", "denied", "cancelled", "expired"]);

export const OwnEnrolment = z.object({ id: idOf("enrolment"), state: State, askedAt: Instant, expiresAt: Instant });
export type OwnEnrolment = z.infer<typeof OwnEnrolment>;

/** A device that asks. What it calls itself is inside `request`; `isOwn`: this very session asked. */
const Asking = z.object({
  id: idOf("enrolment"),
  request: Request,
  askedAt: Instant,
  expiresAt: Instant,
  isOwn: z.boolean(),
});
export type AskingDevice = z.infer<typeof Asking>;

const One = z.object({ enrolmentId: idOf("enrolment") });
const ByDevice = One.extend({ deviceId: idOf("device") });

export const enrolmentsContract = {
  ask: {
    method: "POST",
    path: "/v1/enrolments",
    access: "keyring:write",
    summary: "Ask a device of yours whose vault is open to let this one in. One for each session, three for a person.",
    status: 201,
    input: z.object({ id: idOf("enrolment"), request: Request }),
    reply: OwnEnrolment,
  },
  list: {
    method: "GET",
    path: "/v1/enrolments",
    access: "keyring:read",
    summary: "Devices that ask to be let in to your vault now.",
    input: z.object({}),
    reply: z.object({ items: z.array(Asking) }),
  },
  get: {
    method: "GET",
    path: "/v1/enrolments/{enrolmentId}",
    access: "keyring:read",
    summary: "How far a request of this session is.",
    input: One,
    reply: OwnEnrolment,
  },
  letIn: {
    method: "POST",
    path: "/v1/enrolments/{enrolmentId}/let-in",
    access: "keyring:write",
    summary: "Let a device in: the root key, sealed to the key it made and signed by this device.",
    input: ByDevice.extend({ sealed: Answer }),
    reply: Done,
  },
  deny: {
    method: "POST",
    path: "/v1/enrolments/{enrolmentId}/deny",
    access: "keyring:write",
    summary: "Turn a device away; signed by one whose vault is open.",
    input: ByDevice.extend({ proof: sealedBytes(64) }),
    reply: Done,
  },
  take: {
    method: "POST",
    path: "/v1/enrolments/{enrolmentId}/take",
    access: "keyring:write",
    summary:
      "Take the answer, once, by the session that asked. From then on it is in no row; what a repeated request is given again lies sealed, and only that device opens it.",
    input: One,
    reply: ByDevice.pick({ deviceId: true }).extend({ cert: sealedBytes(4096), sealed: Answer }),
  },
  cancel: {
    method: "POST",
    path: "/v1/enrolments/{enrolmentId}/cancel",
    access: "keyring:write",
    summary: "Take a request of this session back.",
    input: One,
    reply: Done,
  },
} as const satisfies Contract;
