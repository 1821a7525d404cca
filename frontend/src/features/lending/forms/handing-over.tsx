import { HANDED_OVER } from "#shared/client/lending/words.ts";
import { Tick } from "../../../components/fields/choices.tsx";

interface HandingOverProps {
  readonly isKnown: boolean;
  readonly onKnown: (isKnown: boolean) => void;
}

/** What it means to hand a secret over, said where it is done. */
export function HandingOver({ isKnown, onKnown }: HandingOverProps) {
  return (
    <div className="flex flex-col gap-2 rounded-lg border border-warn bg-panel p-3">
      <p className="text-warn">{HANDED_OVER}</p>
      <Tick isOn={isKnown} onTurn={onKnown}>
        They may hold this secret
      </Tick>
    </div>
  );
}
