import { useId } from "react";
import { changePreferences, type Preferences, usePreferences } from "../../../lib/preferences.ts";
import { Section } from "../section.tsx";

const THEMES: readonly { readonly theme: Preferences["theme"]; readonly says: string }[] = [
  { theme: "system", says: "As the system" },
  { theme: "light", says: "Light" },
  { theme: "dark", says: "Dark" },
];

/** Both take effect at once, in this browser only. */
export function Appearance() {
  const { theme, shortcuts } = usePreferences();
  const name = useId();
  return (
    <Section title="Appearance" says="Kept in this browser.">
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-1 font-medium">Theme</legend>
        {THEMES.map((choice) => (
          <label
            key={choice.theme}
            className="flex min-h-9 cursor-pointer items-center gap-2 rounded-lg border border-line bg-panel px-3 has-checked:border-accent"
          >
            <input
              type="radio"
              className="size-4 accent-accent"
              name={name}
              checked={choice.theme === theme}
              onChange={() => changePreferences({ theme: choice.theme })}
            />
            {choice.says}
          </label>
        ))}
      </fieldset>
      <label className="flex min-h-9 cursor-pointer items-start gap-2">
        <input
          type="checkbox"
          className="mt-0.5 size-4 shrink-0 accent-accent"
          checked={shortcuts}
          onChange={({ target }) => changePreferences({ shortcuts: target.checked })}
        />
        <span>
          Keyboard shortcuts
          <span className="block text-[13px] text-quiet">
            Single keys such as <kbd className="font-mono">?</kbd>, and <kbd className="font-mono">Ctrl K</kbd> or{" "}
            <kbd className="font-mono">⌘ K</kbd> for the palette.
          </span>
        </span>
      </label>
    </Section>
  );
}
