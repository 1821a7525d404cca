import { useId } from "react";
import { heardWords } from "#shared/crypto/recovery/six-words.ts";

interface SixWordsFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (typed: string) => void;
}

/** Words that a person sees or hears, and types: spaces, commas and capitals are nobody's fault. */
export function SixWordsField({ label, value, onChange }: SixWordsFieldProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id} className="font-medium break-words">
        {label}
      </label>
      <input
        id={id}
        className="min-h-9 max-w-xl rounded-lg border border-quiet bg-panel px-3 font-mono"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </>
  );
}

export const areSixWords = (typed: string): boolean => heardWords(typed).split(" ").length === 6;
