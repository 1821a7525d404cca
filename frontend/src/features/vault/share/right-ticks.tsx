import { RIGHTS_SAY, turn } from "#shared/client/vault/keys/levels.ts";
import { may, RIGHT_NAMES, type Rights } from "#shared/crypto/vault/rights.ts";
import { Tick } from "../../../components/fields/choices.tsx";

interface RightTicksProps {
  readonly legend: string;
  readonly rights: Rights;
  /** Those that can be given. */
  readonly within: Rights;
  readonly onChange: (rights: Rights) => void;
}

/** One tick for each right. One that rests on others brings them along; every member knows at least which items there are. */
export function RightTicks({ legend, rights, within, onChange }: RightTicksProps) {
  const offered = RIGHT_NAMES.filter((right) => may(within, right));
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">{legend}</legend>
      {offered.map((right) => (
        <Tick
          key={right}
          isFixed={right === "list"}
          isOn={may(rights, right)}
          onTurn={(isOn) => onChange(turn(rights, right, isOn))}
        >
          <span>
            {right}
            <span className="text-quiet"> · {RIGHTS_SAY[right]}</span>
          </span>
        </Tick>
      ))}
    </fieldset>
  );
}
