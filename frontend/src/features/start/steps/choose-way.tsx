import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Field } from "../../../components/fields/field.tsx";
import { RecoveryCheck } from "../../../components/vault/recovery/recovery-check.tsx";
import { UnlockProblem } from "../../../components/vault/unlock-problem.tsx";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { vaultWays } from "../../../lib/vault/ways/ways.ts";

/** The page was left after the words were shown: either they were kept, or new ones are drawn. */
export function ChooseWay({ onWords }: { onWords: (words: string) => void }) {
  const vault = useVault();
  const [passphrase, setPassphrase] = useState("");
  const renew = useMutation({
    mutationFn: () => vaultWays.renewRecoveryPhrase(passphrase),
    gcTime: 0,
    onSuccess: onWords,
  });
  if (vault.is !== "open") return null;
  return (
    <>
      <p className="max-w-prose">
        The words were shown before you left this page. If you wrote them down, type them; if not, new ones are drawn.
      </p>
      <RecoveryCheck account={vault.account} pin={vault.pin} />
      <form
        className="flex flex-col gap-3 border-t border-line pt-4"
        onSubmit={(event) => {
          event.preventDefault();
          renew.mutate();
        }}
      >
        <Field
          label="Vault passphrase, to draw new words"
          type="password"
          autoComplete="current-password"
          required
          value={passphrase}
          onChange={(event) => setPassphrase(event.target.value)}
        />
        {renew.error && <UnlockProblem error={renew.error} what="passphrase" />}
        <div>
          <Button look="plain" type="submit" disabled={renew.isPending || passphrase === ""}>
            {renew.isPending ? "Drawing new words" : "I do not have them: draw new words"}
          </Button>
        </div>
      </form>
    </>
  );
}
