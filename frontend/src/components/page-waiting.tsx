import { LoaderCircle } from "lucide-react";
import type { Reading } from "../lib/people/use-whole.ts";
import { Button } from "./button.tsx";
import { Problem } from "./problem.tsx";
import { LATE_MS, SKELETON_MS, useWaited } from "./waiting.tsx";

/** In place of a whole page whose shape is not known yet: nothing at first, then a sign of life, then a way on. */
export function PageWaiting({ query: { error, isFetching, refetch } }: { query: Reading<unknown> }) {
  const waited = useWaited();
  if (error != null || waited >= LATE_MS) {
    return (
      <div className="mx-auto flex w-full max-w-md flex-1 flex-col items-start justify-center gap-3 p-4">
        {error != null ? <Problem error={error} /> : <Late />}
        <Button look="plain" disabled={error != null && isFetching} onClick={() => void refetch()}>
          Try again
        </Button>
      </div>
    );
  }
  if (waited < SKELETON_MS) return null;
  return (
    <p role="status" className="flex flex-1 items-center justify-center gap-2 p-4 text-quiet">
      <LoaderCircle size={18} aria-hidden className="motion-safe:animate-spin" />
      Loading
    </p>
  );
}

const Late = () => (
  <div role="alert" className="flex w-full flex-col gap-1 rounded-lg border border-bad p-3">
    <p className="font-medium text-bad">The service has not answered for ten seconds.</p>
    <p>Check your connection. Nothing was lost.</p>
  </div>
);
