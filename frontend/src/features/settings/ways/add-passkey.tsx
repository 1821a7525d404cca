import { useQueryClient } from "@tanstack/react-query";
import { passkeyIdsOf } from "#shared/client/keyring.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { useMe } from "../../../lib/use-me.ts";
import { makePasskey } from "../../../lib/vault/ways/passkey.ts";
import { vaultWays } from "../../../lib/vault/ways/ways.ts";
import { AskPassphrase } from "./ask-passphrase.tsx";

/** The passkey is made first: a wrong passphrase then leaves one behind that opens nothing, and the same question finds it again. */
export function AddPasskey({ keyring, onDone }: { keyring: Keyring; onDone: () => void }) {
  const { me } = useMe();
  const queries = useQueryClient();
  const add = async (passphrase: string) => {
    if (!me) return;
    const place = { tid: me.tenantId, uid: me.userId };
    const known = passkeyIdsOf(keyring);
    const passkey = await makePasskey(place, { email: me.email, organisation: me.tenantName, known });
    await vaultWays.addPasskey(passphrase, passkey);
    await queries.invalidateQueries({ queryKey: ["keyring"] });
    onDone();
  };
  return (
    <>
      <p>Your browser asks twice: once to make the passkey, and once to see that it can open the vault.</p>
      <AskPassphrase action="Add passkey" busy="Waiting for your passkey" then={add} />
    </>
  );
}
