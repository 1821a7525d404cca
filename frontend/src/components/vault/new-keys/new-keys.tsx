import { useState } from "react";
import { keyring } from "../../../lib/api.ts";
import { KeepWords } from "../recovery/keep-words.tsx";
import { WordCheck } from "../recovery/word-check.tsx";
import { NewKeysForm } from "./new-keys-form.tsx";

interface NewKeysProps {
  /** Asked for, unless the person came in by what was kept for recovery. */
  readonly asksPresent: boolean;
  readonly onDone: () => void;
}

/** Another passphrase, then the twelve new words, then three of them asked back. */
export function NewKeys({ asksPresent, onDone }: NewKeysProps) {
  const [words, setWords] = useState<string>();
  const [areKept, setKept] = useState(false);
  if (!words) return <NewKeysForm asksPresent={asksPresent} onWords={setWords} />;
  if (!areKept) return <KeepWords words={words} onKept={() => setKept(true)} />;
  const pass = async () => {
    await keyring.recordRecoveryCheck({ type: "bip39" });
    onDone();
  };
  return <WordCheck words={words} pass={pass} onShow={() => setKept(false)} />;
}
