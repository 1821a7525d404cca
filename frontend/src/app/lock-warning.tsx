import { Lock } from "lucide-react";
import { Button } from "../components/button.tsx";
import { useAutoLock } from "../lib/vault/auto-lock.ts";

/** Half a minute's notice. Touching the page is an answer too; this is for who only looks at it. */
export function LockWarning() {
  const { secondsLeft, stay } = useAutoLock();
  if (secondsLeft === undefined) return null;
  return (
    <div
      role="alertdialog"
      aria-labelledby="locking"
      className="fixed inset-x-4 top-4 z-50 mx-auto flex max-w-md flex-wrap items-center justify-between gap-3 rounded-lg border border-warn bg-panel p-3"
    >
      <p id="locking" className="flex items-center gap-2 tabular-nums">
        <Lock size={16} aria-hidden className="shrink-0 text-warn" />
        The vault locks in {secondsLeft} s. Drafts are kept.
      </p>
      <Button look="plain" onClick={stay}>
        Stay unlocked
      </Button>
    </div>
  );
}
