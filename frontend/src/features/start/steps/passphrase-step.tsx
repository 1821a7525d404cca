import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Strength, useStrength } from "../../../components/vault/strength.tsx";
import type { Membership } from "../../../lib/use-me.ts";
import { createVault } from "../../../lib/vault/vault.ts";

interface PassphraseStepProps {
  readonly me: Membership;
  readonly onWords: (words: string) => void;
}

/** The keys are drawn here and wrapped under the passphrase; only the wrapped ones leave. */
export function PassphraseStep({ me, onWords }: PassphraseStepProps) {
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const queries = useQueryClient();
  const strength = useStrength(passphrase, [me.email, me.tenantName]);
  const create = useMutation({
    mutationFn: () => createVault({ tid: me.tenantId, uid: me.userId }, passphrase),
    gcTime: 0,
    onSuccess: async (words) => {
      onWords(words);
      await queries.invalidateQueries();
    },
  });
  const differs = again !== "" && again !== passphrase;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        create.mutate();
      }}
    >
      <p className="max-w-prose">
        It opens your keys on your devices and is sent nowhere. We cannot read it, and we cannot reset it: without it,
        only the recovery phrase of the next step opens your vault.
      </p>
      <input type="text" name="username" autoComplete="username" value={me.email} readOnly hidden />
      <Field
        label="Passphrase"
        type="password"
        autoComplete="new-password"
        required
        value={passphrase}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      <Strength strength={strength} />
      <Field
        label="Passphrase again"
        type="password"
        autoComplete="new-password"
        required
        value={again}
        onChange={(event) => setAgain(event.target.value)}
      />
      {differs && <p className="text-bad">The two differ.</p>}
      {create.error && <Problem error={create.error} />}
      <div>
        <Button type="submit" disabled={create.isPending || again !== passphrase || !strength?.isEnough}>
          {create.isPending ? "Drawing your keys" : "Set passphrase"}
        </Button>
      </div>
    </form>
  );
}
