import { setTimeout as sleep } from "node:timers/promises";
import type { Fleet } from "./fleet.ts";
import type { Entry, Ledger } from "./ledger.ts";
import { type StoppedEvent, stoppedEvent } from "./state-change.ts";

export interface AnnouncerParts {
  readonly fleet: Fleet;
  readonly ledger: Ledger;
  /** Hands the event to the rule's target; rejects when it was not taken. */
  readonly tell: (event: StoppedEvent) => Promise<void>;
  readonly say: (line: string) => void;
  readonly retryMs?: number;
}

const RETRY_MS_MAX = 30_000;

export interface Announcer {
  announce(entry: Entry): Promise<void>;
  /** When what is being told now is told, or given up because the signal said so. */
  quiet(): Promise<void>;
}

/** Tells the platform that a task has ended, until it has been heard: at least once, as EventBridge does. */
export function announcer(parts: AnnouncerParts, signal: AbortSignal): Announcer {
  const telling = new Map<string, Promise<void>>();
  return {
    announce(entry) {
      const { taskArn } = entry;
      const told = telling.get(taskArn) ?? tellUntilHeard(parts, entry, signal).finally(() => telling.delete(taskArn));
      telling.set(taskArn, told);
      return told;
    },
    quiet: async () => void (await Promise.all(telling.values())),
  };
}

async function tellUntilHeard(
  parts: AnnouncerParts,
  { taskArn, task, ending }: Entry,
  signal: AbortSignal,
): Promise<void> {
  if (!ending) return;
  const { fleet, ledger, tell, say, retryMs = 500 } = parts;
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      await fleet.stop(taskArn, ending.reason);
      await tell(stoppedEvent(task, ending));
      return await ledger.remove(taskArn);
    } catch (error) {
      if (tries === 0) say(`The end of task ${taskArn.slice(-36)} could not be told yet. ${String(error)}`);
      await sleep(Math.min(RETRY_MS_MAX, retryMs * 2 ** tries), undefined, { signal }).catch(() => {});
    }
  }
}
