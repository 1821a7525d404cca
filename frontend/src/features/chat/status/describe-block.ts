/** Something about the agent does not hold: what was found, and what to do about it. */
export interface Block {
  readonly title: string;
  readonly what: string;
  readonly todo: string;
  readonly mayAccept?: true; // the person can say that it is as it should be
}

/** By the code of what did not hold. */
export const describeBlock = (code: string, isLocal: boolean): Block =>
  (isLocal ? LOCALLY[code] : undefined) ?? BLOCKS[code] ?? OTHER;

const KEPT = "Nothing was sent to it, and what you keep here stays sealed.";
const BLOCKS: Record<string, Block | undefined> = {
  "crypto.image": {
    title: "Blocked: your agent's program was changed",
    what: `The task runs another image than the one this device has unlocked before. ${KEPT}`,
    todo: "If your operator announced an update, accept it: from then on this device expects the new image. If nobody knows of one, do not.",
    mayAccept: true,
  },
  "crypto.rollback": {
    title: "Blocked: an older state was offered",
    what: `The platform offered a task or a state older than this device has seen. Unlocking it would undo what your agent did since. ${KEPT}`,
    todo: "Give your operator this agent's id and ask for its newest saved state. Do not unlock it on another device meanwhile.",
  },
  "crypto.context": {
    title: "Blocked: this agent's sealed settings are missing",
    what: `What the platform keeps for this agent is not there or belongs to something else. ${KEPT}`,
    todo: "If you just deployed it on another device, wait until that device says it is done, then look again.",
  },
  "crypto.attestation": {
    title: "Blocked: the task could not prove what it is",
    what: `The statement about the task that wants to be your agent does not hold. ${KEPT}`,
    todo: "Put the agent to sleep and wake it again. If this comes back, tell your operator.",
  },
};

/** No operator announces anything here: whoever changes or builds the product on this machine knows of it. */
const LOCALLY: Record<string, Block | undefined> = {
  "crypto.image": {
    title: "Blocked: your agent's program was changed",
    what: `The agent runs another program than the one this device has unlocked before, as after OCMT was changed or updated on this machine. ${KEPT}`,
    todo: "If you did that, accept it: from then on this device expects the new program. If nobody did, do not.",
    mayAccept: true,
  },
};

const OTHER: Block = {
  title: "Blocked: another key vouches for this agent",
  what: `The key that vouches for your agent's task is not the one this device knows. ${KEPT}`,
  todo: "Ask your operator whether the platform's launch key was changed. If nobody knows of it, do not unlock this agent anywhere.",
};
