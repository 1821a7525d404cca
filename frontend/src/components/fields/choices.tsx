import { type ComponentProps, type ReactNode, useId } from "react";

interface ChooseProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly onChoose: (value: T) => void;
}

/** One of a few. */
export function Choose<T extends string>({ label, value, options, onChoose }: ChooseProps<T>) {
  const id = useId();
  return (
    <Labelled {...{ id, label }}>
      <select
        id={id}
        className="min-h-9 w-full rounded-lg border border-quiet bg-panel px-3"
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((option) => option.value === target.value);
          if (chosen) onChoose(chosen.value);
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

const Labelled = ({ id, label, children }: { id: string; label: string; children: ReactNode }) => (
  <div className="flex flex-col gap-1">
    <label htmlFor={id} className="font-medium">
      {label}
    </label>
    {children}
  </div>
);

interface ChooseCountProps {
  readonly label: string;
  readonly most: number;
  readonly value: number;
  readonly onChoose: (count: number) => void;
}

/** How many it takes: two, or more. */
export const ChooseCount = ({ label, most, value, onChoose }: ChooseCountProps) => (
  <Choose
    label={label}
    value={String(value)}
    options={Array.from({ length: most - 1 }, (_, i) => String(i + 2)).map((count) => ({ value: count, text: count }))}
    onChoose={(count) => onChoose(Number(count))}
  />
);

interface TickProps<T extends string> {
  readonly legend: string;
  readonly all: readonly T[];
  readonly ticked: readonly T[];
  readonly onTick: (ticked: readonly T[]) => void;
}

/** Some of several, in their order. */
export function Ticks<T extends string>({ legend, all, ticked, onTick }: TickProps<T>) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 font-medium">{legend}</legend>
      <div className="flex flex-wrap gap-x-4 gap-y-1">
        {all.map((one) => (
          <Tick
            key={one}
            isOn={ticked.includes(one)}
            onTurn={(isOn) => onTick(all.filter((other) => (other === one ? isOn : ticked.includes(other))))}
          >
            <span className="break-all">{one}</span>
          </Tick>
        ))}
      </div>
    </fieldset>
  );
}

interface OneTickProps {
  readonly isOn: boolean;
  readonly onTurn: (isOn: boolean) => void;
  /** It is as it is. */
  readonly isFixed?: boolean;
  readonly children: ReactNode;
}

export function Tick({ isOn, onTurn, isFixed = false, children }: OneTickProps) {
  return (
    <label className="flex min-h-6 cursor-pointer items-center gap-2">
      <input
        type="checkbox"
        className="size-5 shrink-0 accent-accent"
        checked={isOn}
        disabled={isFixed}
        onChange={({ target }) => onTurn(target.checked)}
      />
      {children}
    </label>
  );
}

interface RadiosProps<T extends string | number> {
  readonly legend: string;
  readonly options: readonly { readonly value: T; readonly text: string; readonly says?: string }[];
  readonly value: T;
  readonly onChoose: (value: T) => void;
  /** Side by side, for a few short ones. */
  readonly isRow?: boolean;
}

/** One of a few that are all in sight, each with what it means. */
export function Radios<T extends string | number>({ legend, options, value, onChoose, isRow = false }: RadiosProps<T>) {
  const name = useId();
  return (
    <fieldset className={isRow ? "flex flex-wrap gap-2" : "flex flex-col gap-1"}>
      <legend className="mb-1 font-medium">{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className={isRow ? PILL : LINE}>
          <input
            type="radio"
            className="size-4 shrink-0 accent-accent"
            name={name}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          <span>
            {option.text}
            {option.says && <span className="text-quiet"> · {option.says}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

const LINE = "flex min-h-9 cursor-pointer items-center gap-2";
const PILL = `${LINE} rounded-lg border border-line bg-panel px-3 has-checked:border-accent`;

interface LongTextProps extends Omit<ComponentProps<"textarea">, "onChange" | "id"> {
  readonly label: string;
  readonly onChange: (text: string) => void;
}

/** Several lines. */
export function LongText({ label, onChange, ...rest }: LongTextProps) {
  const id = useId();
  return (
    <Labelled {...{ id, label }}>
      <textarea
        id={id}
        className="rounded-lg border border-quiet bg-panel px-3 py-2"
        onChange={({ target }) => onChange(target.value)}
        {...rest}
      />
    </Labelled>
  );
}
