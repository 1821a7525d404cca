import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { useMe } from "../../../lib/use-me.ts";
import { changeVaultKeys } from "../../../lib/vault/keys/change-keys.ts";
import { Button } from "../../button.tsx";
import { Field } from "../../fields/field.tsx";
import { Problem } from "../../problem.tsx";
import { Strength, useStrength } from "../strength.tsx";

const NOTHING = { present: "", next: "", again: "" };

interface NewKeysFormProps {
  readonly asksPresent: boolean;
  readonly onWords: (words: string) => void;
}

/** Both passphrases are variables of the mutation, so they are forgotten at once. */
export function NewKeysForm({ asksPresent, onWords }: NewKeysFormProps) {
  const { me } = useMe();
  const [typed, setTyped] = useState(NOTHING);
  const strength = useStrength(typed.next, me ? [me.email, me.tenantName, typed.present] : []);
  const change = useMutation({ mutationFn: changeVaultKeys, gcTime: 0, onSuccess: onWords });
  const differs = typed.again !== "" && typed.again !== typed.next;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate({ next: typed.next, ...(asksPresent ? { present: typed.present } : {}) });
  };
  const field = (name: keyof typeof NOTHING) => ({
    type: "password",
    required: true,
    value: typed[name],
    onChange: ({ target }: { target: HTMLInputElement }) => setTyped({ ...typed, [name]: target.value }),
  });
  return (
    <form className="flex max-w-md flex-col gap-3" onSubmit={submit}>
      {asksPresent && <Field label="Passphrase as it is now" autoComplete="current-password" {...field("present")} />}
      <Field label="Next passphrase" autoComplete="new-password" {...field("next")} />
      <Strength strength={strength} />
      <Field label="Next passphrase again" autoComplete="new-password" {...field("again")} />
      {differs && <p className="text-bad">The two differ.</p>}
      {change.error && <Refused error={change.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" disabled={change.isPending || typed.again !== typed.next || !strength?.isEnough}>
          Change all keys
        </Button>
        <p role="status" className="text-quiet empty:hidden">
          {change.isPending && "Drawing new keys on this device. This takes a few seconds."}
        </p>
      </div>
    </form>
  );
}

function Refused({ error }: { error: unknown }) {
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  return (
    <p role="alert" className="text-bad">
      {error.code === "crypto.commitment"
        ? "The passphrase is not right. Nothing was changed."
        : "The keyring the server gave does not fit what this device saw before. Nothing was changed; tell your operator."}
    </p>
  );
}
