import { Waiting } from "../../../components/waiting.tsx";
import { useKeyring } from "../../../lib/vault/use-keyring.ts";
import { Section } from "../section.tsx";
import { KeySection } from "../ways/key-section.tsx";
import { PasskeySection } from "../ways/passkey-section.tsx";
import { ContactsSection } from "./contacts-section.tsx";
import { HeldSection } from "./held-section.tsx";
import { KitSection } from "./kit-section.tsx";
import { PhraseSection } from "./phrase-section.tsx";
import { WaysIn } from "./ways-in.tsx";

/** How this vault is opened, and what of it is in its owner's hands. */
export function RecoveryPage() {
  const keyring = useKeyring();
  return (
    <Waiting query={keyring} lines={6}>
      {(served) => (
        <div className="flex flex-col gap-8">
          <PhraseSection keyring={served} />
          <KeySection keyring={served} />
          <PasskeySection keyring={served} />
          <ContactsSection />
          <HeldSection />
          <KitSection />
          <Section title="Ways to open your vault">
            <WaysIn slots={served.slots} />
          </Section>
        </div>
      )}
    </Waiting>
  );
}
