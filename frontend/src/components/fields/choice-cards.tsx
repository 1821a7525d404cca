import { useId } from "react";

interface ChoiceCardsProps<T extends string> {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly name: string; readonly says: string }[];
  readonly chosen: T;
  readonly onChoose: (value: T) => void;
}

/** One of a few, each in a card that says what it means. */
export function ChoiceCards<T extends string>({ legend, options, chosen, onChoose }: ChoiceCardsProps<T>) {
  const group = useId();
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">{legend}</legend>
      {options.map(({ value, name, says }) => (
        <label
          key={value}
          className="flex cursor-pointer items-start gap-2 rounded-lg border border-line p-2 has-checked:border-accent"
        >
          <input
            type="radio"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            name={group}
            value={value}
            checked={value === chosen}
            onChange={() => onChoose(value)}
          />
          <span className="min-w-0">
            <span className="font-medium">{name}</span>
            <span className="block text-[13px] text-quiet">{says}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
}
