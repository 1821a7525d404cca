import type { Port } from "./port.ts";

/** A timer that beats fast while there is something to watch and slowly otherwise. */
const BUSY_MS = 25;
const IDLE_MS = 20_000;

export interface Pulse {
  /** After anything happened: the next beat is no later than it has to be. */
  hasten(isBusy: boolean): void;
  stop(): void;
}

export function startPulse(port: Port, beat: () => void): Pulse {
  let beatAt = Number.POSITIVE_INFINITY;
  let stopTimer: (() => void) | undefined;
  const fire = () => {
    beatAt = Number.POSITIVE_INFINITY;
    beat();
  };
  return {
    hasten(isBusy) {
      const ms = isBusy ? BUSY_MS : IDLE_MS;
      if (port.now() + ms >= beatAt) return;
      stopTimer?.();
      beatAt = port.now() + ms;
      stopTimer = port.startTimer(ms, fire);
    },
    stop: () => stopTimer?.(),
  };
}
