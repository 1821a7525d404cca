import type { ReactNode } from "react";
import { emptyForm, type FieldSpec, ITEM_TYPES, type ItemForm, KINDS } from "#shared/client/vault/items/item-kinds.ts";
import { LongText, Radios } from "../../../components/fields/choices.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { CopyButton } from "./copy-button.tsx";
import { SecretField } from "./secret-field.tsx";

interface ItemFieldsProps {
  readonly form: ItemForm;
  readonly isNew: boolean;
  /** To be read and copied, and not to be changed. */
  readonly isFixed: boolean;
  readonly onChange: (form: ItemForm) => void;
  /** What stands between the name and the fields. */
  readonly children?: ReactNode;
}

/** The form of an item, as its kind says. */
export function ItemFields({ form, isNew, isFixed, onChange, children }: ItemFieldsProps) {
  const { fields } = KINDS[form.type];
  const set = (name: string) => (value: string) => onChange({ ...form, values: { ...form.values, [name]: value } });
  return (
    <div className="flex flex-col gap-4">
      {isNew && <KindChoice type={form.type} onPick={(type) => onChange({ ...emptyForm(type), name: form.name })} />}
      <Field
        label="Name"
        required
        maxLength={200}
        autoComplete="off"
        autoFocus={isNew}
        readOnly={isFixed}
        value={form.name}
        onChange={({ target }) => onChange({ ...form, name: target.value })}
      />
      {children}
      {fields.map((field) => (
        <OneField
          key={field.name}
          {...{ field, isFixed }}
          value={form.values[field.name] ?? ""}
          onChange={set(field.name)}
        />
      ))}
    </div>
  );
}

interface OneFieldProps {
  readonly field: FieldSpec;
  readonly isFixed: boolean;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function OneField(props: OneFieldProps) {
  const { field, isFixed, value, onChange } = props;
  const { label, is } = field;
  if (is === "hidden") return <SecretField {...props} />;
  if (is === "long" || is === "hidden-long") return <LongField {...props} />;
  return (
    <div className="flex items-end gap-2">
      <div className="min-w-0 flex-1">
        <Field
          label={label}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          readOnly={isFixed}
          maxLength={2_000}
          inputMode={is === "url" ? "url" : "text"}
          value={value}
          onChange={({ target }) => onChange(target.value)}
        />
      </div>
      {value !== "" && <CopyButton label={label} value={value} />}
    </div>
  );
}

const LongField = ({ field: { label }, isFixed, value, onChange }: OneFieldProps) => (
  <LongText
    label={label}
    rows={5}
    maxLength={20_000}
    spellCheck={false}
    readOnly={isFixed}
    value={value}
    onChange={onChange}
  />
);

const KindChoice = ({ type, onPick }: { type: ItemForm["type"]; onPick: (type: ItemForm["type"]) => void }) => (
  <Radios
    legend="Kind"
    isRow
    options={ITEM_TYPES.map((value) => ({ value, text: KINDS[value].name }))}
    value={type}
    onChoose={onPick}
  />
);
