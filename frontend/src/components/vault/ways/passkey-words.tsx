import type { PasskeyTrouble } from "../../../lib/vault/ways/passkey.ts";

const WORDS: Record<PasskeyTrouble["is"], string> = {
  unsupported: "This browser has no passkeys here. Use another way; nothing was changed.",
  address: "A passkey belongs to an address with a name, and this one is a number.",
  refused:
    "No passkey answered: the question was closed, took too long, or none of yours is on this device. Nothing was changed.",
  known: "This device has a passkey of this vault already.",
  no_prf:
    "This passkey cannot compute a secret (PRF), so it cannot open a vault. Of those that can: Chrome and Edge with a security key, Android or iCloud Keychain, and Safari 18. The passkey just made can be deleted in the device's settings.",
  unverified: "The passkey did not verify who you are. Set a PIN or a fingerprint on it, then try again.",
};

/** Why a passkey does not serve here, and what does. */
export function PasskeyWords({ is }: { is: PasskeyTrouble["is"] }) {
  return (
    <p role="alert" className="max-w-prose rounded-lg border border-warn p-3">
      {WORDS[is]} {is === "address" && <ByName />}
    </p>
  );
}

/** On one machine the same product stands under a name too. */
function ByName() {
  const { port, pathname } = location;
  const isHere = location.hostname === "127.0.0.1";
  if (!isHere) return "Open it by its name.";
  return (
    <>
      Open{" "}
      <a className="text-accent underline" href={`http://localhost:${port}${pathname}`}>
        localhost:{port}
      </a>{" "}
      on this machine and sign in there.
    </>
  );
}
