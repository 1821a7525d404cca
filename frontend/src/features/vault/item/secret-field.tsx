import { Eye, EyeOff, Sparkles } from "lucide-react";
import { useId, useState } from "react";
import type { FieldSpec } from "#shared/client/vault/items/item-kinds.ts";
import { makePassphrase } from "#shared/crypto/slots/passphrase.ts";
import { Button } from "../../../components/button.tsx";
import { CopyButton } from "./copy-button.tsx";

interface SecretFieldProps {
  readonly field: FieldSpec;
  readonly isFixed: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** Hidden until one asks: a shoulder or a shared screen sees dots. */
export function SecretField({ field: { label, generates }, isFixed, value, onChange }: SecretFieldProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  const generate = () => {
    onChange(makePassphrase().replaceAll(" ", "-"));
    setShown(true);
  };
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <div className="flex flex-wrap gap-2">
        <input
          id={id}
          type={isShown ? "text" : "password"}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={20_000}
          data-1p-ignore
          readOnly={isFixed}
          className="min-h-9 min-w-40 flex-1 rounded-lg border border-quiet bg-panel px-3 font-mono"
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
        <Button
          look="plain"
          aria-label={`${isShown ? "Hide" : "Show"} ${label.toLowerCase()}`}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? <EyeOff size={16} aria-hidden /> : <Eye size={16} aria-hidden />}
          {isShown ? "Hide" : "Show"}
        </Button>
        {value !== "" && <CopyButton label={label} value={value} />}
        {generates && !isFixed && value === "" && (
          <Button look="plain" onClick={generate}>
            <Sparkles size={16} aria-hidden /> Make one
          </Button>
        )}
      </div>
    </div>
  );
}
