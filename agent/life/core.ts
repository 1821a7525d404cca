import type { StandingSocket } from "#shared/client/link/socket.ts";
import type { Identity } from "#shared/crypto/account/identity.ts";
import type { LiveAgent } from "../live/agent.ts";
import type { Unlocked } from "../live/unlock.ts";
import type { World } from "../live/world.ts";

/** One task, from its start to its end. */
export interface Core extends World {
  readonly boot: Identity;
  readonly socket: StandingSocket;
  readonly exit: (code: number) => void;
  /** waiting: for an agent to become, or for its unlock · restoring · live · leaving: nothing new is taken. */
  phase: "waiting" | "restoring" | "live" | "leaving";
  live: { readonly agent: LiveAgent; readonly unlocked: Unlocked } | undefined;
  isPaused: boolean;
  /** OpenClaw has come up and is not being primed. Rejects when it does not come up. */
  openclawIsReady: Promise<void>;
  isOver: boolean;
}

/**
 * One turn of its own, after which the first real one is fast; nothing else is asked of OpenClaw meanwhile. Left out when someone
 * is waiting already: then the real one is the first.
 */
export function prime(core: Core): Promise<void> {
  const { openclaw, log } = core;
  core.openclawIsReady = core.openclawIsReady.then(async () => {
    if (core.live) return;
    await openclaw.prime().catch((error: unknown) => log.error("openclaw.not_primed", error));
  });
  return core.openclawIsReady;
}

const PRIME_AGAIN_MS = 45_000;

/** After a minute without a turn OpenClaw needs two seconds more for the next: one that waits to be unlocked is kept from that. */
export function stayPrimed(core: Core): void {
  core.startTimer(PRIME_AGAIN_MS, () => {
    if (core.phase !== "waiting") return;
    prime(core).then(
      () => stayPrimed(core),
      () => undefined, // heard where it was started
    );
  });
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
