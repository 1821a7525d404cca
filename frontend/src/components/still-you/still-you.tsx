import { lazy, Suspense, useSyncExternalStore } from "react";
import { stillYou } from "../../lib/still-you.ts";

const StillYouDialog = lazy(async () => ({ default: (await import("./still-you-dialog.tsx")).StillYouDialog }));

/** Asks whoever does something dangerous for a proof, once and where they are: what they did goes on after it. One for all pages. */
export function StillYou({ email }: { email: string }) {
  const asked = useSyncExternalStore(stillYou.subscribe, stillYou.get);
  if (!asked) return null;
  return (
    <Suspense>
      <StillYouDialog email={email} end={asked.end} />
    </Suspense>
  );
}
