import { useState } from "react";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { Button } from "../../../components/button.tsx";
import { Dialog } from "../../../components/dialog.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { RecoveryCheck } from "../../../components/vault/recovery/recovery-check.tsx";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Section } from "../section.tsx";
import { MakePhrase } from "./make-phrase.tsx";

/** Do the words I wrote down still open my vault; and new ones, where they do not. */
export function PhraseSection({ keyring }: { keyring: Keyring }) {
  const [isMaking, setMaking] = useState(false);
  const open = useVault();
  const { recoveryCheckedAt } = keyring;
  const hasWords = keyring.slots.some(({ type }) => type === "bip39");
  const action = hasWords ? "Replace the words" : "Make recovery words";
  return (
    <Section
      title="Recovery phrase"
      says="The twelve words were shown once and are kept nowhere. Without passphrase, words or key nobody opens this vault, nor can anyone help."
    >
      <p className={recoveryCheckedAt ? "text-good" : "text-warn"}>
        {recoveryCheckedAt ? "Last checked " : "You have not shown yet that you hold the words."}
        {recoveryCheckedAt && <RelativeTime at={recoveryCheckedAt} />}
      </p>
      {open.is !== "open" && <p className="text-quiet">Unlock the vault to check the words against it.</p>}
      {open.is === "open" && (
        <>
          {hasWords && <RecoveryCheck account={open.account} pin={open.pin} />}
          <div>
            <Button look="plain" onClick={() => setMaking(true)}>
              {action}
            </Button>
          </div>
        </>
      )}
      <Dialog open={isMaking} title={action} onClose={() => setMaking(false)}>
        <MakePhrase onDone={() => setMaking(false)} />
      </Dialog>
    </Section>
  );
}
