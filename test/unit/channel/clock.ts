/** Time that moves only when a test says so. Timers fire in order; between two, promises get to run. */
export interface Clock {
  now(): number;
  startTimer(ms: number, fire: () => void): () => void;
  advance(ms: number): Promise<void>;
}

export function startClock(startMs = Date.UTC(2026, 10, 23, 12)): Clock {
  let now = startMs;
  let made = 0;
  const timers = new Map<number, { at: number; fire: () => void }>();
  const nextDue = (until: number) => {
    let best: { id: number; at: number } | undefined;
    for (const [id, { at }] of timers) if (at <= until && (best === undefined || at < best.at)) best = { id, at };
    return best;
  };
  return {
    now: () => now,
    startTimer(ms, fire) {
      const id = made++;
      timers.set(id, { at: now + ms, fire });
      return () => void timers.delete(id);
    },
    async advance(ms) {
      const until = now + ms;
      await settle();
      for (let due = nextDue(until); due !== undefined; due = nextDue(until)) {
        const timer = timers.get(due.id);
        timers.delete(due.id);
        now = Math.max(now, due.at);
        timer?.fire();
        await settle();
      }
      now = until;
    },
  };
}

/** Lets every promise that can go on, go on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
