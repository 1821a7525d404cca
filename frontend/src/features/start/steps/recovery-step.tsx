import { useState } from "react";
import { ChooseWay } from "./choose-way.tsx";
import { KeepWords } from "./keep-words.tsx";
import { WordCheck } from "./word-check.tsx";

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
  return <WordCheck words={words} onShow={() => setKept(false)} />;
}
