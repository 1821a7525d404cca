import { useId } from "react";
import { changePreferences, LOCK_MINUTES, usePreferences } from "../../../lib/preferences.ts";
import { Section } from "../section.tsx";

const NAMES = { 5: "5 minutes", 15: "15 minutes", 60: "1 hour" } as const;

/** How long an untouched page keeps the keys. */
export function LockAfter() {
  const { lockMinutes } = usePreferences();
  const name = useId();
  return (
    <Section
      title="Lock by itself"
      says="An untouched page locks the vault, with half a minute's notice. Drafts are kept. For this browser."
    >
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-1 font-medium">After</legend>
        {LOCK_MINUTES.map((minutes) => (
          <label
            key={minutes}
            className="flex min-h-9 cursor-pointer items-center gap-2 rounded-lg border border-line bg-panel px-3 has-checked:border-accent"
          >
            <input
              type="radio"
              className="size-4 accent-accent"
              name={name}
              checked={minutes === lockMinutes}
              onChange={() => changePreferences({ lockMinutes: minutes })}
            />
            {NAMES[minutes]}
          </label>
        ))}
      </fieldset>
    </Section>
  );
}
