import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useSignOut } from "../../../lib/vault/use-sign-out.ts";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { lockVault } from "../../../lib/vault/vault.ts";
import { useRevokeOthers } from "./use-sessions.ts";

/** Out of this browser; or out of every browser, this one with them. */
export function EndSessions({ others }: { others: number }) {
  const [isAsking, setAsking] = useState(false);
  const signOut = useSignOut();
  const vault = useVault(); // a phone has no rail with this button
  const revoke = useRevokeOthers();
  const close = () => setAsking(false);
  const everywhere = () => revoke.mutate(undefined, { onSuccess: () => signOut.mutate() });
  const error = revoke.error ?? signOut.error;
  return (
    <div className="flex flex-wrap gap-2">
      {vault.is === "open" && (
        <Button look="plain" onClick={lockVault}>
          Lock vault
        </Button>
      )}
      <Button look="plain" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
        Sign out of this browser
      </Button>
      <Button look="plain" onClick={() => setAsking(true)}>
        Sign out everywhere
      </Button>
      <Dialog open={isAsking} title="Sign out everywhere" onClose={close}>
        <div className="flex flex-col gap-4">
          <p>
            {sayOthers(others)} Running agents keep running; sealed drafts that were not sent stay on their devices.
          </p>
          {error && <Problem error={error} />}
          <div className="flex flex-wrap justify-end gap-2">
            <Button look="plain" onClick={close}>
              Stay signed in
            </Button>
            <Button look="danger" disabled={revoke.isPending || signOut.isPending} onClick={everywhere}>
              End {others + 1 === 1 ? "this session" : `all ${others + 1} sessions`}
            </Button>
          </div>
        </div>
      </Dialog>
    </div>
  );
}

function sayOthers(others: number): string {
  if (others === 0) return "This is your only session. You sign in again by a link.";
  return `This session and ${others === 1 ? "one other" : `${others} others`} end. Each device signs in again by a link.`;
}
