import { readWords } from "../recovery/check-words.ts";
import { TypedForm } from "./typed-form.tsx";
import type { WayProps } from "./use-unlock.ts";

export function ByPhrase({ place }: WayProps) {
  return (
    <TypedForm
      place={place}
      label="Recovery phrase, twelve words"
      what="phrase"
      fault={faultOf}
      whole="All twelve are in the list."
      factor={(words) => ({ by: "phrase", words })}
    />
  );
}

function faultOf(typed: string) {
  const found = readWords(typed);
  return found && { says: found.says, isWrong: found.is === "unknown" };
}
