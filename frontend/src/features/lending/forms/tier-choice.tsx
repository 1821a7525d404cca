import { useId } from "react";
import { TIERS, type Tier } from "#shared/crypto/grants/grant.ts";

interface TierChoiceProps {
  readonly legend: string;
  readonly words: Readonly<Record<Tier, { readonly name: string; readonly says: string }>>;
  readonly chosen: Tier;
  readonly onChoose: (tier: Tier) => void;
}

/** The use of a secret, or the secret itself. */
export function TierChoice({ legend, words, chosen, onChoose }: TierChoiceProps) {
  const name = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">{legend}</legend>
      {TIERS.map((tier) => (
        <label
          key={tier}
          className="flex cursor-pointer items-start gap-2 rounded-lg border border-line p-2 has-checked:border-accent"
        >
          <input
            type="radio"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            name={name}
            value={tier}
            checked={tier === chosen}
            onChange={() => onChoose(tier)}
          />
          <span className="min-w-0">
            <span className="font-medium">{words[tier].name}</span>
            <span className="block text-[13px] text-quiet">{words[tier].says}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
