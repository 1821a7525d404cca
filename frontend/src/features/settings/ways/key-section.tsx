import { useState } from "react";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { checkKey, readKey } from "../../../components/vault/recovery/check-key.ts";
import { HeldCheck } from "../../../components/vault/recovery/held-check.tsx";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Section } from "../section.tsx";
import { MakeKey } from "./make-key.tsx";
import { RemoveWay } from "./remove-way.tsx";

/** A second thing on paper, or on a stick, that opens the vault without the passphrase. */
export function KeySection({ keyring }: { keyring: Keyring }) {
  const [asks, ask] = useState<"make" | "remove">();
  const open = useVault();
  const slot = keyring.slots.find(({ type }) => type === "hardware_key");
  const close = () => ask(undefined);
  return (
    <Section
      title="Recovery key"
      says="36 characters, for paper or a stick that is kept elsewhere than the words. It opens the vault as they do, so whoever has it has the vault."
    >
      <p className={toneOf(slot !== undefined, keyring)}>
        {!slot && "You have none."}
        {slot && !keyring.recoveryKeyCheckedAt && "You have not shown yet that you hold the key."}
        {slot && keyring.recoveryKeyCheckedAt && "Last checked "}
        {slot && keyring.recoveryKeyCheckedAt && <RelativeTime at={keyring.recoveryKeyCheckedAt} />}
      </p>
      {open.is !== "open" && <p className="text-quiet">Unlock the vault to make, check or remove a key.</p>}
      {open.is === "open" && (
        <>
          {slot && (
            <HeldCheck
              type="hardware_key"
              label="Your recovery key"
              action="Check the key on this device"
              read={readKey}
              whole="Its check characters fit."
              check={(typed, served) => checkKey(typed, served, open.account, open.pin)}
            />
          )}
          <div className="flex flex-wrap gap-2">
            <Button look="plain" onClick={() => ask("make")}>
              {slot ? "Replace the recovery key" : "Make a recovery key"}
            </Button>
            {slot && (
              <Button look="danger" onClick={() => ask("remove")}>
                Remove the recovery key
              </Button>
            )}
          </div>
        </>
      )}
      <Dialog open={asks === "make"} title={slot ? "Replace the recovery key" : "Make a recovery key"} onClose={close}>
        <MakeKey replaces={slot !== undefined} onDone={close} />
      </Dialog>
      <Dialog open={asks === "remove"} title="Remove the recovery key" onClose={close}>
        {slot && (
          <RemoveWay slotId={slot.id} action="Remove the recovery key" onDone={close}>
            The key on your paper opens this vault no more. The passphrase and every other way stay.
          </RemoveWay>
        )}
      </Dialog>
    </Section>
  );
}

function toneOf(hasKey: boolean, { recoveryKeyCheckedAt }: Keyring): string {
  if (!hasKey) return "text-quiet";
  return recoveryKeyCheckedAt ? "text-good" : "text-warn";
}
