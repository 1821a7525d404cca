import { ApiError } from "#shared/client/api-client.ts";

const EVERY_MS = 15_000;

/** @param isTriedAgain whether it goes on by itself: the service did not answer, or could not. What it refuses, it refuses again. */
type OnTrouble = (error: unknown, isTriedAgain: boolean) => void;

/** Does some work; where the service does not answer, again and again until it is done. @returns what stops it */
export function keepTrying(work: () => Promise<void>, onTrouble: OnTrouble): () => void {
  let isStopped = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const fail = (error: unknown) => {
    if (isStopped) return;
    const isTriedAgain = isUnanswered(error);
    if (isTriedAgain) timer = setTimeout(tryIt, EVERY_MS);
    onTrouble(error, isTriedAgain);
  };
  const tryIt = () => void work().catch(fail);
  tryIt();
  return () => {
    isStopped = true;
    clearTimeout(timer);
  };
}

const BUSY = 429;
const BROKEN = 500;

function isUnanswered(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  const { problem } = error;
  return problem
    ? problem.status === BUSY || problem.status >= BROKEN
    : error.code === "network" || error.code === "reply";
}
