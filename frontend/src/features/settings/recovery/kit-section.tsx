import { keyIdOf } from "#shared/client/recovery/kit/facts.ts";
import { KitDownload } from "../../../components/vault/recovery/kit-download.tsx";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Section } from "../section.tsx";

/** A sheet for a drawer: whoever finds it in ten years knows what it is of. */
export function KitSection() {
  const vault = useVault();
  return (
    <Section
      title="Recovery kit"
      says="A sheet to print: whose vault this is, where, of which keys, and lines to write words and key on by hand. It is drawn on this device."
    >
      {vault.is === "open" ? (
        <>
          <p className="text-quiet">
            Key id of your present keys:{" "}
            <span className="font-mono text-ink">{keyIdOf(vault.account.root.rootSign.publicKey)}</span>. A sheet with
            another one is of keys that were replaced.
          </p>
          <KitDownload />
        </>
      ) : (
        <p className="text-quiet">Unlock the vault to make the sheet.</p>
      )}
    </Section>
  );
}
