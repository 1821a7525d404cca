import { useState } from "react";
import type { RecoverySet } from "#shared/contracts/recovery.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { Problem } from "../../../components/problem.tsx";
import { PassphraseField } from "../../../components/vault/passphrase-field.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useMembers } from "../../../lib/people/use-members.ts";
import { dismissVaultContacts } from "../../../lib/recovery/contacts.ts";
import { useRecoveryChange, useRecoverySet, useStaleContacts } from "../../../lib/recovery/use-recovery.ts";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Section } from "../section.tsx";
import { ChooseContacts, ChooseProblem } from "./choose-contacts.tsx";

/** People who open the vault together, and what that means. */
export function ContactsSection() {
  const set = useRecoverySet();
  const open = useVault();
  const [asks, ask] = useState<"choose" | "dismiss">();
  const close = () => ask(undefined);
  return (
    <Section
      title="Recovery contacts"
      says="People who hold a share each. As many as you say are enough open this vault together: with you, or without you if they agree to it or are all fooled. The service cannot, and one alone cannot."
    >
      <Waiting query={set} lines={2}>
        {(found) => (
          <>
            <Present set={found} />
            {open.is !== "open" && <p className="text-quiet">Unlock the vault to choose contacts.</p>}
            {open.is === "open" && (
              <div className="flex flex-wrap gap-2">
                <Button look="plain" onClick={() => ask("choose")}>
                  {found ? "Choose other contacts" : "Choose contacts"}
                </Button>
                {found && (
                  <Button look="danger" onClick={() => ask("dismiss")}>
                    Remove the contacts
                  </Button>
                )}
              </div>
            )}
            <Dialog open={asks === "choose"} title="Recovery contacts" onClose={close}>
              <ChooseContacts before={found} onDone={close} />
            </Dialog>
            <Dialog open={asks === "dismiss"} title="Remove the contacts" onClose={close}>
              {found && <Dismiss set={found} onDone={close} />}
            </Dialog>
          </>
        )}
      </Waiting>
    </Section>
  );
}

function Present({ set }: { set: RecoverySet | null }) {
  const members = useMembers();
  const { data: stale = [], error } = useStaleContacts(set);
  if (!set) return <p className="text-quiet">You have none.</p>;
  const nameOf = (id: string) => members.data?.find(({ userId }) => userId === id)?.email ?? "somebody who has left";
  return (
    <>
      {!set.isAlive && (
        <p role="alert" className="text-bad">
          Your keys have changed since. These shares open nothing: choose contacts again.
        </p>
      )}
      {set.isAlive && stale.length > 0 && (
        <p role="alert" className="rounded-lg border border-warn p-3">
          {sayLeft(set.contacts.length - stale.length, set.threshold)} Choose contacts again to give every share anew.
        </p>
      )}
      {error && <Problem error={error} />}
      <p>
        {set.threshold} of these {set.contacts.length} are enough:
      </p>
      <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
        {set.contacts.map((id) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-3 p-3">
            <span className="min-w-0 break-words">{nameOf(id)}</span>
            {stale.includes(id) && <span className="text-warn">Has other keys now: cannot open the share</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

function sayLeft(left: number, threshold: number): string {
  if (left >= threshold) return `Only ${left} of your contacts can open their share.`;
  return left === 0
    ? "None of your contacts can open their share."
    : `Only ${left} of your contacts can open their share, and ${threshold} are needed: they open nothing.`;
}

function Dismiss({ set, onDone }: { set: RecoverySet; onDone: () => void }) {
  const [passphrase, setPassphrase] = useState("");
  const dismiss = useRecoveryChange(() => dismissVaultContacts(set.setId, passphrase));
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        dismiss.mutate(undefined, { onSuccess: onDone });
      }}
    >
      <p>Nobody finds a share of yours any more. Every other way to open the vault stays.</p>
      <PassphraseField value={passphrase} onChange={setPassphrase} />
      {dismiss.error && <ChooseProblem error={dismiss.error} />}
      <Button type="submit" look="danger" disabled={dismiss.isPending || passphrase === ""}>
        Remove the contacts
      </Button>
    </form>
  );
}
