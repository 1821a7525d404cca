/** The failures of agents, of their tasks, and of what passes between them and their owners; all are in `errors.ts`. */
export const AGENT_ERRORS = {
  "grant.not_found": { status: 404, title: "No such grant of yours.", fix: "Read the list of grants again." },
  "grant.exists": { status: 409, title: "This was asked before.", fix: "Read the list of grants again." },
  "grant.settled": {
    status: 409,
    title: "This is not open any more.",
    fix: "Read the list of grants again: it was answered, taken back, or its time is over.",
  },
  "grant.wider": {
    status: 400,
    title: "This gives more than was asked for.",
    fix: "Give the same or less: no more uses, no longer than the time that was asked for, and the secret itself only where that was asked for.",
  },
  "grant.revocation_wrong": {
    status: 400,
    title: "The revocation is not signed by your keys for this grant.",
    fix: "Sign it with the identity that your keyring names now.",
  },
  "grant.not_usable": {
    status: 409,
    title: "This grant cannot be used now.",
    fix: "See `state`: it was taken back, its time is over, the agent that would act is gone, or your own agent acts since it holds the secret.",
  },
  "grant.used_up": { status: 409, title: "This grant has no uses left.", fix: "Ask its issuer for another one." },
  "use.not_found": { status: 404, title: "No such use.", fix: "It was answered, or its time is over." },
  "agent.not_found": { status: 404, title: "No such agent.", fix: "Read the list of agents again." },
  "agent.changed": {
    status: 409,
    title: "The agent's state changed meanwhile.",
    fix: "Read the agent again, then decide.",
  },
  "agent.wrong_state": {
    status: 409,
    title: "The agent cannot do this in its present state.",
    fix: "See `state`; wait for the current step to end.",
  },
  "agent.no_launch": { status: 409, title: "The agent has not started yet.", fix: "Wait until its state is `locked`." },
  "agent.envelope_changed": {
    status: 409,
    title: "The agent's sealed settings changed since you read them.",
    fix: "Read them again and repeat the change.",
  },
  "task.ticket_invalid": {
    status: 401,
    title: "This launch ticket is not valid.",
    fix: "A ticket works once, within 10 minutes of its task's start.",
  },
  "task.not_found": { status: 404, title: "No such task.", fix: "The task was replaced; stop." },
  "task.replaced": {
    status: 409,
    title: "Another task holds this agent now.",
    fix: "Stop; nothing of yours was overwritten.",
  },
  "task.state_lost_race": {
    status: 409,
    title: "A newer state was saved already.",
    fix: "Stop; nothing was overwritten.",
  },
  "journal.gap": { status: 409, title: "The journal does not continue here.", fix: "Read its end again." },
  "queue.full": {
    status: 429,
    title: "The agent's queue is full.",
    fix: "Wake and unlock the agent, then send again.",
  },
  "relay.ticket_invalid": {
    status: 401,
    title: "This connection ticket is not valid.",
    fix: "Ask for a new one; each works once, for 30 seconds.",
  },
} as const;

/** And of the devices that speak with them. */
export const DEVICE_ERRORS = {
  "device.not_found": { status: 404, title: "No such device of yours.", fix: "Enrol this device first." },
  "device.revoked": {
    status: 403,
    title: "This device was taken back.",
    fix: "Unlock with it anew after removing its data, or use another device.",
  },
  "device.list_changed": {
    status: 409,
    title: "This is not the next statement about your devices.",
    fix: "Read the list of devices again and sign it on top of that.",
  },
  "device.exists": { status: 409, title: "This device is already enrolled.", fix: "Nothing to do." },
} as const;
