import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { NewKeys } from "../../../components/vault/new-keys/new-keys.tsx";
import { useRootAge } from "../../../lib/vault/keys/use-root-age.ts";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Section } from "../section.tsx";

/** For a lost device, a passphrase that somebody learnt, or because a year is over. */
export function ChangeKeys() {
  const vault = useVault();
  const age = useRootAge();
  const [step, setStep] = useState<"closed" | "open" | "done">("closed");
  return (
    <Section
      title="All keys"
      says="New keys for the account, a new passphrase and twelve new words. Every other way in has to be set up again, and other devices unlock anew. Items and agents are sealed anew; running agents restart once."
    >
      <p className="text-quiet">
        Vaults that you are offered and have not answered must be offered again, and what agents lend each other asked
        for again. Items shared with you come again when who shared them opens their vault.
      </p>
      {age.data && (
        <p className={age.data.isDue ? "text-warn" : "text-quiet"}>
          Your keys were made <RelativeTime at={age.data.since} />.{age.data.isDue && " Change them once a year."}
        </p>
      )}
      {vault.is !== "open" && <p className="text-quiet">Unlock the vault to change its keys.</p>}
      {vault.is === "open" && step === "open" && <NewKeys asksPresent onDone={() => setStep("done")} />}
      {vault.is === "open" && step !== "open" && (
        <div className="flex flex-wrap items-center gap-3">
          <Button look="plain" onClick={() => setStep("open")}>
            Change all keys
          </Button>
          {step === "done" && (
            <p role="status" className="text-good">
              Changed. The old passphrase and the old words open nothing any more.
            </p>
          )}
        </div>
      )}
    </Section>
  );
}
