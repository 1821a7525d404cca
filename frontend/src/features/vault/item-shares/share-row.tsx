import { useState } from "react";
import type { Revoked } from "#shared/client/shares/shares.ts";
import type { Share } from "#shared/contracts/shares.ts";
import { Button } from "../../../components/button.tsx";
import { ConfirmDialog } from "../../../components/confirm-dialog.tsx";
import { useRevoke } from "../../../lib/shares/use-shares.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { isLiving, STATES, sayTerms } from "./share-words.ts";

interface ShareRowProps {
  readonly share: Share;
  readonly items: VaultItems;
  readonly email: string;
  readonly mayRevoke: boolean;
  readonly onRevoked: (done: Revoked) => void;
}

export function ShareRow({ share, items, email, mayRevoke, onRevoked }: ShareRowProps) {
  const [isAsking, setAsking] = useState(false);
  const revoke = useRevoke(items);
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 p-3">
      <div className="min-w-0">
        <p className="break-all">{email}</p>
        <p className="text-[13px] text-quiet">
          {STATES[share.state]} · {sayTerms(share)}
          {share.isOfGrant && " · handed over by a grant, and taken back under Lending"}
        </p>
      </div>
      {mayRevoke && isLiving(share) && (
        <Button look="plain" aria-label={`Take back from ${email}`} onClick={() => setAsking(true)}>
          Take back
        </Button>
      )}
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={`Take it back from ${email}`}
        action="Take back and change its keys"
        refusal="The item was changed meanwhile. Look at it, then try again."
        onConfirm={async () => onRevoked(await revoke(share))}
      >
        <p>The item is sealed anew, under keys that they never had.</p>
        {share.opens > 0 && share.level === "read" && (
          <p>
            They have opened it, and may have kept what they saw. The item will say that its secret should be changed.
          </p>
        )}
      </ConfirmDialog>
    </li>
  );
}
