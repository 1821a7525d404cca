import { useQuery } from "@tanstack/react-query";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { RecoveryCheck } from "../../../components/vault/recovery-check.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { vault } from "../../../lib/api.ts";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Section } from "../section.tsx";
import { WaysIn } from "./ways-in.tsx";

const useKeyring = () => useQuery({ queryKey: ["keyring", "slots"], queryFn: () => vault.getKeyring({}) });

/** Do the words I wrote down still open my vault. */
export function RecoveryPage() {
  const keyring = useKeyring();
  const open = useVault();
  return (
    <div className="flex flex-col gap-8">
      <Section
        title="Recovery phrase"
        says="The twelve words were shown once and are kept nowhere. Without passphrase and words nobody opens this vault, nor can anyone help."
      >
        <Waiting query={keyring} lines={1}>
          {({ recoveryCheckedAt }) => (
            <p className={recoveryCheckedAt ? "text-good" : "text-warn"}>
              {recoveryCheckedAt ? "Last checked " : "You have not shown yet that you hold the words."}
              {recoveryCheckedAt && <RelativeTime at={recoveryCheckedAt} />}
            </p>
          )}
        </Waiting>
        {open.is === "open" ? (
          <RecoveryCheck account={open.account} pin={open.pin} />
        ) : (
          <p className="text-quiet">Unlock the vault to check the words against it.</p>
        )}
      </Section>
      <Section title="Ways to open your vault">
        <Waiting query={keyring} lines={2}>
          {({ slots }) => <WaysIn slots={slots} />}
        </Waiting>
      </Section>
    </div>
  );
}
