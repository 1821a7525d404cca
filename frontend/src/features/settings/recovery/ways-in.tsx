import type { Keyring } from "#shared/contracts/keyring.ts";

type Way = Keyring["slots"][number]["type"];

const WORDS: Record<Way, { readonly name: string; readonly says: string }> = {
  passphrase: { name: "Passphrase", says: "Stretched on this device; neither it nor anything made of it is sent." },
  bip39: { name: "Recovery phrase", says: "Twelve words on paper, for when the passphrase is forgotten." },
  passkey: { name: "Passkey", says: "Opens with a fingerprint, face or PIN; gone with the device that holds it." },
  hardware_key: { name: "Recovery key", says: "A key kept apart, on paper or a stick." },
  contacts: { name: "Recovery contacts", says: "Enough of the people you chose, together." },
  device: { name: "A device", says: "Opens without a passphrase on that device." },
};

/** Every slot the server keeps, so that one nobody remembers is seen. */
export function WaysIn({ slots }: { slots: Keyring["slots"] }) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
      {slots.map(({ id, type }) => (
        <li key={id} className="p-3">
          <p className="font-medium">{WORDS[type].name}</p>
          <p className="text-[13px] text-quiet">{WORDS[type].says}</p>
        </li>
      ))}
    </ul>
  );
}
