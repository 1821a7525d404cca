import { useState } from "react";
import { KeepWords } from "../../../components/vault/recovery/keep-words.tsx";
import { WordCheck } from "../../../components/vault/recovery/word-check.tsx";
import { keyring } from "../../../lib/api.ts";
import { ChooseWay } from "./choose-way.tsx";

interface RecoveryStepProps {
  readonly words: string | undefined;
  readonly onWords: (words: string) => void;
}

/** Twelve words, shown once, then three of them asked back. After a reload they are typed in whole, or drawn anew. */
export function RecoveryStep({ words, onWords }: RecoveryStepProps) {
  const [areKept, setKept] = useState(false);
  if (!words) {
    return (
      <ChooseWay
        onWords={(next) => {
          setKept(false);
          onWords(next);
        }}
      />
    );
  }
  if (!areKept) return <KeepWords words={words} onKept={() => setKept(true)} />;
  return <WordCheck words={words} pass={() => keyring.recordRecoveryCheck({})} onShow={() => setKept(false)} />;
}
