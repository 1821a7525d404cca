import { useState } from "react";
import { Button } from "../../button.tsx";
import { Field } from "../../fields/field.tsx";
import { UnlockProblem } from "../unlock-problem.tsx";
import { useUnlock, type WayProps } from "./use-unlock.ts";

export function ByPassphrase({ place }: WayProps) {
  const [passphrase, setPassphrase] = useState("");
  const unlock = useUnlock({ place });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        unlock.mutate({ by: "passphrase", passphrase });
      }}
    >
      <Field
        label="Vault passphrase"
        type="password"
        autoComplete="current-password"
        required
        autoFocus
        value={passphrase}
        onChange={(event) => setPassphrase(event.target.value)}
      />
      {unlock.error && <UnlockProblem error={unlock.error} what="passphrase" />}
      <Button type="submit" disabled={unlock.isPending || passphrase === ""}>
        {unlock.isPending ? "Unlocking" : "Unlock"}
      </Button>
    </form>
  );
}
