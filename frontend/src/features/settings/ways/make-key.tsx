import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Prepared } from "#shared/client/keyring-ways.ts";
import { CHECKLIST } from "../../../lib/use-me.ts";
import { vaultWays } from "../../../lib/vault/ways/ways.ts";
import { AskPassphrase } from "./ask-passphrase.tsx";
import { ShowKey } from "./show-key.tsx";
import { TypeBack } from "./type-back.tsx";

/** The passphrase, then the key, then the key typed back; only then is it one that opens. */
export function MakeKey({ replaces, onDone }: { replaces: boolean; onDone: () => void }) {
  const [made, setMade] = useState<Prepared>();
  const [isKept, setKept] = useState(false);
  const queries = useQueryClient();
  const keep = async () => {
    await made?.keep();
    await Promise.all([["keyring"], CHECKLIST].map((queryKey) => queries.invalidateQueries({ queryKey })));
    onDone();
  };
  if (made && isKept) return <TypeBack shown={made.shown} keep={keep} onShow={() => setKept(false)} />;
  if (made) return <ShowKey shown={made.shown} onKept={() => setKept(true)} />;
  return (
    <>
      <p>
        The key is made on this device and shown once.{" "}
        {replaces && "The one you have opens until the new one is typed back."}
      </p>
      <AskPassphrase
        action="Make the key"
        busy="Making the key"
        then={async (passphrase) => setMade(await vaultWays.prepareRecoveryKey(passphrase))}
      />
    </>
  );
}
