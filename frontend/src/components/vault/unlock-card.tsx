import { KeyRound } from "lucide-react";
import { Suspense, useState } from "react";
import { useMe } from "../../lib/use-me.ts";
import { useKeyring } from "../../lib/vault/use-keyring.ts";
import { Button } from "../button.tsx";
import { WAYS } from "./ways/ways.ts";

/** Stands where sealed content would, until this device holds the keys. Every way that is set up is listed. */
export function UnlockCard() {
  const { me } = useMe();
  const keyring = useKeyring();
  const [chosen, choose] = useState<string>();
  if (!me) return null;
  const place = { tid: me.tenantId, uid: me.userId };
  const { data } = keyring;
  const set = WAYS.filter(({ isSet }) => data && isSet(data));
  const offered = set.length > 0 ? set : WAYS.slice(0, 1); // before it is known which; a refusal is said by the form
  const way = offered.find(({ is }) => is === chosen) ?? offered[0];
  return (
    <section
      aria-labelledby="unlock"
      className="flex w-full max-w-md flex-col gap-4 rounded-lg border border-line bg-panel p-6"
    >
      <div className="flex items-center gap-3">
        <KeyRound size={20} aria-hidden className="text-accent" />
        <h1 id="unlock" className="text-xl font-semibold">
          Unlock your vault
        </h1>
      </div>
      <p className="text-quiet">
        Your keys are opened on this device. Nothing that opens them is sent, and drafts are kept.
      </p>
      <Suspense>{way && <way.Form key={way.is} place={place} />}</Suspense>
      {offered.length > 1 && (
        <ul aria-label="Other ways" className="flex flex-col gap-2 border-t border-line pt-4">
          {offered
            .filter(({ is }) => is !== way?.is)
            .map(({ is, choose: says, Icon }) => (
              <li key={is} className="flex flex-col">
                <Button look="plain" onClick={() => choose(is)}>
                  <Icon size={16} aria-hidden /> {says}
                </Button>
              </li>
            ))}
        </ul>
      )}
    </section>
  );
}
