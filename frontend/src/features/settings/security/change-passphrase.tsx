import { type FormEvent, useState } from "react";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Strength, useStrength } from "../../../components/vault/strength.tsx";
import { useMe } from "../../../lib/use-me.ts";
import { Section } from "../section.tsx";
import { useChangePassphrase } from "./use-change-passphrase.ts";

const NOTHING = { present: "", next: "", again: "" };

/** Asked for the present one even while unlocked: an open browser alone must not be enough to lock its owner out. */
export function ChangePassphrase() {
  const [words, setWords] = useState(NOTHING);
  const change = useChangePassphrase();
  const [refusal, setRefusal] = useState("");
  const { me } = useMe();
  const strength = useStrength(words.next, me ? [me.email, me.tenantName, words.present] : []);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = refusalOf(words);
    setRefusal(found ?? "");
    if (!found) change.mutate(words, { onSuccess: () => setWords(NOTHING) });
  };
  const field = (name: keyof typeof NOTHING) => ({
    type: "password",
    required: true,
    value: words[name],
    onChange: ({ target }: { target: HTMLInputElement }) => setWords({ ...words, [name]: target.value }),
  });
  return (
    <Section
      title="Passphrase"
      says="A new passphrase opens the same vault. Your recovery phrase stays as it is, and so does everything sealed."
    >
      <form className="flex max-w-md flex-col gap-3" onSubmit={submit}>
        <Field label="Present passphrase" autoComplete="current-password" {...field("present")} />
        <Field label="New passphrase" autoComplete="new-password" {...field("next")} />
        <Strength strength={strength} />
        <Field label="New passphrase again" autoComplete="new-password" {...field("again")} />
        {refusal && (
          <p role="alert" className="text-bad">
            {refusal}
          </p>
        )}
        {change.error && <Refused error={change.error} />}
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" disabled={change.isPending || !strength?.isEnough}>
            Change passphrase
          </Button>
          <p role="status" className="text-quiet empty:hidden">
            {change.isPending && "Deriving the keys on this device. This takes a few seconds."}
            {change.isSuccess && "Changed. The old passphrase no longer opens this vault."}
          </p>
        </div>
      </form>
    </Section>
  );
}

function refusalOf({ next, again }: typeof NOTHING): string | undefined {
  if (next !== again) return "The two new passphrases differ.";
  return undefined;
}

function Refused({ error }: { error: unknown }) {
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  return (
    <p role="alert" className="text-bad">
      {error.code === "crypto.commitment"
        ? "The present passphrase is not right. Nothing was changed."
        : "The keyring the server gave does not fit what this device saw before. Nothing was changed; tell your operator."}
    </p>
  );
}
