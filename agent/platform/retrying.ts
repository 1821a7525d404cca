import { ApiError } from "#shared/client/api-client.ts";

type StartTimer = (ms: number, fire: () => void) => () => void;

const FIRST_PAUSE_MS = 500;
const PAUSE_MS_MAX = 10_000;
const PASSING = [
  ...["network", "reply", "request.too_many", "request.conflict", "request.busy", "idempotency.running", "internal"],
];

/** What may go away by itself. Anything else the platform says is its answer. */
export const isPassing = (error: unknown): boolean => error instanceof ApiError && PASSING.includes(error.code);

/** Asks again, ever more slowly, as long as the failure may pass; at most `tries` times. */
export async function retrying<T>(startTimer: StartTimer, ask: () => Promise<T>, tries = 12): Promise<T> {
  for (let left = tries, pauseMs = FIRST_PAUSE_MS; ; left--, pauseMs = Math.min(pauseMs * 2, PAUSE_MS_MAX)) {
    try {
      return await ask();
    } catch (error) {
      if (left <= 1 || !isPassing(error)) throw error;
    }
    await new Promise<void>((resolve) => void startTimer(pauseMs, resolve));
  }
}
