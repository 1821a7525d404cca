import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Account, KeyringPin } from "#shared/client/keyring.ts";
import { vault } from "../../lib/api.ts";
import { Button } from "../button.tsx";
import { Problem } from "../problem.tsx";
import { type Checked, checkWords, readWords } from "./check-words.ts";

/** Only that the check was passed is told to the server. */
function useCheck(account: Account, pin: KeyringPin | undefined) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (typed: string): Promise<Checked> => {
      const checked = checkWords(typed, await vault.getKeyring({}), account, pin);
      if (checked.is === "right") await vault.recordRecoveryCheck({});
      return checked;
    },
    gcTime: 0, // what was typed is a variable of the mutation
    onSettled: () => client.invalidateQueries({ queryKey: ["keyring"] }),
  });
}

/** All twelve words: three could only be compared with a phrase that is kept, and none is. */
export function RecoveryCheck({ account, pin }: { account: Account; pin: KeyringPin | undefined }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const check = useCheck(account, pin);
  const unfinished = readWords(typed);
  const said = check.data ?? unfinished;

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        check.mutate(typed, { onSuccess: ({ is }) => is === "right" && setTyped("") });
      }}
    >
      <label htmlFor={id} className="font-medium">
        Your twelve words
      </label>
      <textarea
        id={id}
        rows={3}
        className="max-w-xl rounded-lg border border-quiet bg-panel p-3 font-mono"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          check.reset();
          setTyped(event.target.value);
        }}
        aria-describedby={`${id}-said`}
      />
      <p id={`${id}-said`} role="status" className={`max-w-prose ${said ? TONES[said.is] : "text-quiet"}`}>
        {said?.says ?? "All twelve are in the list."}
      </p>
      {check.error && <Problem error={check.error} />}
      <div>
        <Button type="submit" disabled={check.isPending || unfinished !== undefined}>
          Check the words on this device
        </Button>
      </div>
    </form>
  );
}

const TONES: Record<Checked["is"], string> = {
  right: "text-good",
  unfinished: "text-quiet",
  unknown: "text-warn",
  mistyped: "text-bad",
  other: "text-bad",
  refused: "text-bad",
};
