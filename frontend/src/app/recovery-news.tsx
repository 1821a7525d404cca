import { ShieldAlert } from "lucide-react";
import { useNow } from "../components/agent/use-now.ts";
import { Button } from "../components/button.tsx";
import { Problem } from "../components/problem.tsx";
import { RelativeTime } from "../components/relative-time.tsx";
import { cancelRecovery } from "../lib/recovery/contacts.ts";
import { useOwnRecoveries, useRecoveryChange } from "../lib/recovery/use-recovery.ts";
import { useVault } from "../lib/vault/use-vault.ts";

const TICK_MS = 30_000;

/** Stands over every page of every device of the person while somebody recovers in their name. */
export function RecoveryNews() {
  const { data } = useOwnRecoveries();
  const vault = useVault();
  const cancel = useRecoveryChange(cancelRecovery);
  const [newest] = data?.items ?? [];
  if (!newest) return null;
  const others = (data?.items.length ?? 1) - 1;
  return (
    <div role="alert" className="m-4 flex flex-col gap-3 rounded-lg border border-warn bg-panel p-3">
      <p className="flex items-start gap-2">
        <ShieldAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
        <span>
          Your recovery contacts were asked to open your vault, <RelativeTime at={newest.startedAt} />, from{" "}
          {newest.device}
          {others > 0 && ` (and ${others}${data?.more ? " or more" : ""} other times)`}.{" "}
          {sayGiven(newest.released.length)} <Handing at={newest.collectableAt} />
        </span>
      </p>
      {cancel.error && <Problem error={cancel.error} />}
      {vault.is === "open" ? (
        <div>
          <Button look="danger" disabled={cancel.isPending} onClick={() => cancel.mutate(newest.id)}>
            It was not me: cancel it
          </Button>
        </div>
      ) : (
        <p className="text-quiet">If it was not you, unlock your vault on a device that can, and cancel it there.</p>
      )}
    </div>
  );
}

const sayGiven = (count: number): string => {
  if (count === 0) return "Nobody has released a share.";
  return count === 1 ? "One of them has released a share." : `${count} of them have released a share.`;
};

function Handing({ at }: { at: string }) {
  if (useNow(TICK_MS) >= Date.parse(at)) return <>The wait is over: what they release is handed out.</>;
  return (
    <>
      Nothing is handed out yet; that begins <RelativeTime at={at} />.
    </>
  );
}
