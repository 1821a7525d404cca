import { type ReactNode, useEffect, useState } from "react";
import type { Reading } from "../lib/people/use-whole.ts";
import { Button } from "./button.tsx";
import { Problem } from "./problem.tsx";

export const SKELETON_MS = 200;
export const LATE_MS = 10_000;

export interface WaitingProps<T> {
  readonly query: Reading<T>;
  /** How many rows the list usually has: the skeleton has the shape of what comes. */
  readonly lines: number;
  readonly children: (data: T) => ReactNode;
}

/** What a query brought; until then nothing, then its shape, then a word and a way on. What was read once stays shown. */
export function Waiting<T>({ query: { data, error, isFetching, refetch }, lines, children }: WaitingProps<T>) {
  const again = (
    <Button look="plain" disabled={isFetching} onClick={() => void refetch()}>
      Try again
    </Button>
  );
  if (data === undefined && error != null) {
    return (
      <div className="flex flex-col items-start gap-3">
        <Problem error={error} />
        {again}
      </div>
    );
  }
  if (data === undefined) return <Skeleton lines={lines} again={again} />;
  return (
    <div className="flex flex-col gap-3">
      {Boolean(error) && (
        <div
          role="alert"
          className="flex flex-wrap items-center justify-between gap-2 rounded-lg border border-warn p-3"
        >
          <p>This list could not be read again. It may be old.</p>
          {again}
        </div>
      )}
      {children(data)}
    </div>
  );
}

function Skeleton({ lines, again }: { lines: number; again: ReactNode }) {
  const waited = useWaited();
  if (waited < SKELETON_MS) return null;
  if (waited >= LATE_MS) {
    return (
      <div role="alert" className="flex flex-col items-start gap-3 rounded-lg border border-bad p-3">
        <p className="font-medium text-bad">The service has not answered for ten seconds.</p>
        <p>Check your connection. Nothing was lost.</p>
        {again}
      </div>
    );
  }
  return (
    <div role="status" className="divide-y divide-line rounded-lg border border-line bg-panel">
      <span className="sr-only">Loading</span>
      {Array.from({ length: lines }, (_, line) => `line-${line}`).map((line) => (
        <div key={line} className="flex flex-col gap-2 p-3">
          <div className="h-3 w-2/5 rounded bg-line motion-safe:animate-pulse" />
          <div className="h-3 w-1/4 rounded bg-line motion-safe:animate-pulse" />
        </div>
      ))}
    </div>
  );
}

/** Milliseconds since this was first shown, told at the two moments that matter. */
export function useWaited(): number {
  const [waited, setWaited] = useState(0);
  useEffect(() => {
    const timers = [SKELETON_MS, LATE_MS].map((ms) => setTimeout(() => setWaited(ms), ms));
    return () => timers.forEach(clearTimeout);
  }, []);
  return waited;
}
