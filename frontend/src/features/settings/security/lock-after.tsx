import { Radios } from "../../../components/fields/choices.tsx";
import { changePreferences, LOCK_MINUTES, usePreferences } from "../../../lib/preferences.ts";
import { Section } from "../section.tsx";

const NAMES = { 5: "5 minutes", 15: "15 minutes", 60: "1 hour" } as const;

/** How long an untouched page keeps the keys. */
export function LockAfter() {
  const { lockMinutes } = usePreferences();
  return (
    <Section
      title="Lock by itself"
      says="An untouched page locks the vault, with half a minute's notice. Drafts are kept. For this browser."
    >
      <Radios
        legend="After"
        isRow
        options={LOCK_MINUTES.map((value) => ({ value, text: NAMES[value] }))}
        value={lockMinutes}
        onChoose={(minutes) => changePreferences({ lockMinutes: minutes })}
      />
    </Section>
  );
}
