import { TIERS, type Tier } from "#shared/crypto/grants/terms.ts";
import { ChoiceCards } from "../../../components/fields/choice-cards.tsx";

interface TierChoiceProps {
  readonly legend: string;
  readonly words: Readonly<Record<Tier, { readonly name: string; readonly says: string }>>;
  readonly chosen: Tier;
  readonly onChoose: (tier: Tier) => void;
}

/** The use of a secret, or the secret itself. */
export function TierChoice({ legend, words, chosen, onChoose }: TierChoiceProps) {
  const options = TIERS.map((value) => ({ value, ...words[value] }));
  return <ChoiceCards {...{ legend, options, chosen, onChoose }} />;
}
