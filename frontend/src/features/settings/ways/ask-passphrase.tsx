import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { PassphraseField } from "../../../components/vault/passphrase-field.tsx";
import { UnlockProblem } from "../../../components/vault/unlock-problem.tsx";

interface AskPassphraseProps {
  readonly action: string;
  readonly busy: string;
  readonly look?: "main" | "danger";
  readonly then: (passphrase: string) => Promise<unknown>;
}

/** Asked even while unlocked: an open browser alone must not be enough to change how a vault is opened. */
export function AskPassphrase({ action, busy, look = "main", then }: AskPassphraseProps) {
  const [passphrase, setPassphrase] = useState("");
  const change = useMutation({ mutationFn: then, gcTime: 0 });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        change.mutate(passphrase);
      }}
    >
      <PassphraseField
        value={passphrase}
        onChange={(typed) => {
          change.reset();
          setPassphrase(typed);
        }}
      />
      {change.error && <UnlockProblem error={change.error} what="passphrase" />}
      <div className="flex justify-end">
        <Button look={look} type="submit" disabled={change.isPending || passphrase === ""}>
          {change.isPending ? busy : action}
        </Button>
      </div>
    </form>
  );
}
