import { useState } from "react";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { type Id, timeOf } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { PasskeyWords } from "../../../components/vault/ways/passkey-words.tsx";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { findPasskeyObstacle } from "../../../lib/vault/ways/passkey.ts";
import { Section } from "../section.tsx";
import { AddPasskey } from "./add-passkey.tsx";
import { RemoveWay } from "./remove-way.tsx";

/** A quicker way in, on the devices one has. It is gone with them, so it never stands alone. */
export function PasskeySection({ keyring }: { keyring: Keyring }) {
  const [asks, ask] = useState<"add" | Id<"slot">>();
  const vault = useVault();
  const obstacle = findPasskeyObstacle();
  const passkeys = keyring.slots.filter(({ type }) => type === "passkey");
  const close = () => ask(undefined);
  return (
    <Section
      title="Passkeys"
      says="A fingerprint, your face or a PIN in place of the passphrase. A passkey is gone with the device or account that holds it, so passphrase, words or key stay."
    >
      {passkeys.length > 0 && (
        <ul aria-label="Passkeys" className="divide-y divide-line rounded-lg border border-line bg-panel">
          {passkeys.map(({ id }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-2 p-3">
              <p>
                Added <RelativeTime at={timeOf(id).toISOString()} />
              </p>
              {vault.is === "open" && (
                <Button look="danger" onClick={() => ask(id)}>
                  Remove passkey
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {passkeys.length === 0 && <p className="text-quiet">You have none.</p>}
      {obstacle && <PasskeyWords is={obstacle} />}
      {!obstacle && vault.is !== "open" && <p className="text-quiet">Unlock the vault to add a passkey.</p>}
      {!obstacle && vault.is === "open" && (
        <div>
          <Button look="plain" onClick={() => ask("add")}>
            Add a passkey
          </Button>
        </div>
      )}
      <Dialog open={asks === "add"} title="Add a passkey" onClose={close}>
        <AddPasskey keyring={keyring} onDone={close} />
      </Dialog>
      <Dialog open={asks !== undefined && asks !== "add"} title="Remove passkey" onClose={close}>
        {asks !== undefined && asks !== "add" && (
          <RemoveWay slotId={asks} action="Remove passkey" onDone={close}>
            It opens this vault no more. What is kept of it on the device can be deleted in the device's own settings.
          </RemoveWay>
        )}
      </Dialog>
    </Section>
  );
}
