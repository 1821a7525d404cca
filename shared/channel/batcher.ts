/**
 * Gathers a run's tokens so that the relay sees one frame every 150 ms instead of one per token: the rhythm of tokens tells
 * what is being written (Whisper Leak), and each frame costs money.
 */
export const BATCH_MS = 150;
export const BATCH_TOKENS = 24;

export interface BatcherInput {
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  /** `offset` counts UTF-16 units of the run's text before this part. */
  readonly emit: (offset: number, text: string) => void;
}

export interface Batcher {
  push(token: string): void;
  /** At the end of a run, and before a tool call is told. */
  flush(): void;
}

export function startBatcher({ startTimer, emit }: BatcherInput): Batcher {
  let tokens: string[] = [];
  let offset = 0;
  let stopTimer: (() => void) | undefined;

  const flush = () => {
    stopTimer?.();
    stopTimer = undefined;
    const text = tokens.join("");
    tokens = [];
    if (text === "") return;
    emit(offset, text);
    offset += text.length;
  };
  return {
    push(token) {
      tokens.push(token);
      if (tokens.length >= BATCH_TOKENS) return flush();
      stopTimer ??= startTimer(BATCH_MS, flush);
    },
    flush,
  };
}
