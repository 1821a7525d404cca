import { Field } from "../fields/field.tsx";

interface PassphraseFieldProps {
  readonly value: string;
  readonly onChange: (passphrase: string) => void;
}

/** The passphrase as it is, asked once more before something that an open browser alone must not do. */
export const PassphraseField = ({ value, onChange }: PassphraseFieldProps) => (
  <Field
    label="Vault passphrase"
    type="password"
    autoComplete="current-password"
    required
    value={value}
    onChange={({ target }) => onChange(target.value)}
  />
);
