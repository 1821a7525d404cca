import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useId, useState } from "react";
import type { Keyring } from "#shared/contracts/keyring.ts";
import { keyring } from "../../../lib/api.ts";
import { CHECKLIST } from "../../../lib/use-me.ts";
import { Button } from "../../button.tsx";
import { Problem } from "../../problem.tsx";
import type { Checked } from "./check-words.ts";

interface HeldCheckProps {
  readonly type: "bip39" | "hardware_key";
  readonly label: string;
  readonly action: string;
  /** What is missing in what is typed so far; undefined when it can be tried. */
  readonly read: (typed: string) => Checked | undefined;
  readonly whole: string;
  readonly check: (typed: string, keyring: Keyring) => Checked;
}

/** Whether something on paper still opens this vault, found out on this device. Only that it does is told to the server. */
export function HeldCheck({ type, label, action, read, whole, check }: HeldCheckProps) {
  const id = useId();
  const client = useQueryClient();
  const [typed, setTyped] = useState("");
  const checking = useMutation({
    mutationFn: async (text: string): Promise<Checked> => {
      const checked = check(text, await keyring.getKeyring({}));
      if (checked.is === "right") await keyring.recordRecoveryCheck({ type });
      return checked;
    },
    gcTime: 0, // what was typed is a variable of the mutation
    onSettled: () => Promise.all([["keyring"], CHECKLIST].map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
  const unfinished = read(typed);
  const said = checking.data ?? unfinished;

  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        checking.mutate(typed, { onSuccess: ({ is }) => is === "right" && setTyped("") });
      }}
    >
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <textarea
        id={id}
        rows={type === "bip39" ? 3 : 2}
        className="max-w-xl rounded-lg border border-quiet bg-panel p-3 font-mono"
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={typed}
        onChange={(event) => {
          checking.reset();
          setTyped(event.target.value);
        }}
        aria-describedby={`${id}-said`}
      />
      <p id={`${id}-said`} role="status" className={`max-w-prose ${said ? TONES[said.is] : "text-quiet"}`}>
        {said?.says ?? whole}
      </p>
      {checking.error && <Problem error={checking.error} />}
      <div>
        <Button look="plain" type="submit" disabled={checking.isPending || unfinished !== undefined}>
          {action}
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
