import type { Log } from "../platform/log.ts";
import { isRefusal } from "../platform/platform.ts";
import type { SavedNews } from "./checkpoint.ts";

/** When states are saved: a few seconds after the last answer, and without waiting for quiet when the journal has grown long. */
export interface Saving {
  /** Something was said, or an answer was kept. */
  touch(): void;
  /** Now; after the save that is under way, if there is one. @throws what the save threw */
  saveNow(isFinal: boolean): Promise<void>;
  /** Now, if there is anything in the journal. */
  saveIfChanged(): Promise<void>;
  stop(): void;
}

export interface SavingInput {
  readonly save: (isFinal: boolean) => Promise<SavedNews>;
  readonly isIdle: () => boolean;
  readonly holdTurns: () => () => void;
  /** Sealed bytes that a restart would have to read. */
  readonly journalBytes: () => number;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly log: Log;
  readonly onSaved: (news: SavedNews) => void;
  readonly onRefused: (cause: unknown) => void;
}

export const QUIET_MS = 4_000;
const RETRY_MS = 30_000;
const JOURNAL_BYTES_MAX = 4 * 1024 * 1024;

export function startSaving(input: SavingInput): Saving {
  const { isIdle, startTimer, journalBytes } = input;
  let stopTimer: (() => void) | undefined;
  let release: (() => void) | undefined; // no answer is begun until the long journal is saved
  let saving: Promise<void> = Promise.resolve();
  let isStopped = false;

  const later = (ms: number) => {
    stopTimer?.();
    if (!isStopped) stopTimer = startTimer(ms, () => void saveWhenQuiet());
  };
  const saveNow = (isFinal: boolean): Promise<void> => {
    stopTimer?.();
    const done = saving.then(async () => input.onSaved(await input.save(isFinal)));
    saving = done.catch(() => undefined);
    return done;
  };
  const saveWhenQuiet = async () => {
    if (journalBytes() === 0) return;
    if (!isIdle()) return later(QUIET_MS);
    try {
      await saveNow(false);
    } catch (error) {
      input.log.error("state.not_saved", error);
      if (isRefusal(error)) return input.onRefused(error);
      later(RETRY_MS);
    } finally {
      release?.();
      release = undefined;
    }
  };
  return {
    touch() {
      if (isStopped) return;
      const isLong = journalBytes() > JOURNAL_BYTES_MAX;
      if (isLong) release ??= input.holdTurns();
      later(isLong && isIdle() ? 0 : QUIET_MS);
    },
    saveNow,
    saveIfChanged: async () => (journalBytes() > 0 ? saveNow(false) : undefined),
    stop() {
      isStopped = true;
      stopTimer?.();
    },
  };
}
