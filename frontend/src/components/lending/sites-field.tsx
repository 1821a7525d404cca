import { siteOf } from "#shared/client/agent-items/grants.ts";
import { Field } from "../fields/field.tsx";

interface SitesFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Where requests may go, as they are typed. */
export const SitesField = ({ label, value, onChange }: SitesFieldProps) => (
  <Field
    label={`${label}, up to three`}
    required
    autoComplete="off"
    autoCapitalize="none"
    spellCheck={false}
    inputMode="url"
    placeholder="https://api.example.org"
    value={value}
    onChange={({ target }) => onChange(target.value)}
  />
);

/** What is no site stays as it was typed, and is refused as a whole. */
export const readSites = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .filter(Boolean)
    .map((one) => siteOf(one) ?? one);
