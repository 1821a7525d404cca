import type { StandingSocket } from "#shared/client/link/socket.ts";
import type { Identity } from "#shared/crypto/identity.ts";
import type { LiveAgent } from "../live/agent.ts";
import type { Unlocked } from "../live/unlock.ts";
import type { World } from "../live/world.ts";

/** One task, from its start to its end. */
export interface Core extends World {
  readonly boot: Identity;
  readonly socket: StandingSocket;
  /** OpenClaw has come up, on blank state. */
  readonly openclawIsUp: Promise<void>;
  readonly exit: (code: number) => void;
  /** waiting: for an agent to become, or for its unlock · restoring · live · leaving: nothing new is taken. */
  phase: "waiting" | "restoring" | "live" | "leaving";
  live: { readonly agent: LiveAgent; readonly unlocked: Unlocked } | undefined;
  isPaused: boolean;
  isOver: boolean;
}

/** Resolves with the promise, or when the time is over; never rejects. */
export function within(startTimer: Core["startTimer"], ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const stop = startTimer(ms, resolve);
    const settle = () => {
      stop();
      resolve();
    };
    work.then(settle, settle);
  });
}
