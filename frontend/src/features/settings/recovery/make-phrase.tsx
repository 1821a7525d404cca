import { useState } from "react";
import type { Prepared } from "#shared/client/keyring-ways.ts";
import { KeepWords } from "../../../components/vault/recovery/keep-words.tsx";
import { WordCheck } from "../../../components/vault/recovery/word-check.tsx";
import { vaultWays } from "../../../lib/vault/ways/ways.ts";
import { AskPassphrase } from "../ways/ask-passphrase.tsx";

/** The passphrase, then the words, then three of them asked back; only then do they take the place of those from before. */
export function MakePhrase({ onDone }: { onDone: () => void }) {
  const [made, setMade] = useState<Prepared>();
  const [areKept, setKept] = useState(false);
  const pass = async () => {
    await made?.keep();
    onDone();
  };
  if (made && areKept) return <WordCheck words={made.shown} pass={pass} onShow={() => setKept(false)} />;
  if (made) return <KeepWords words={made.shown} onKept={() => setKept(true)} />;
  return (
    <>
      <p>Twelve new words, made on this device. Those you have open until three of the new ones are typed back.</p>
      <AskPassphrase
        action="Draw new words"
        busy="Drawing new words"
        then={async (passphrase) => setMade(await vaultWays.prepareRecoveryPhrase(passphrase))}
      />
    </>
  );
}
