import { useId, useState } from "react";
import type { Factor } from "../../../lib/vault/vault.ts";
import { Button } from "../../button.tsx";
import { UnlockProblem } from "../unlock-problem.tsx";
import { useUnlock, type WayProps } from "./use-unlock.ts";

interface TypedFormProps extends WayProps {
  readonly label: string;
  readonly what: "phrase" | "key";
  /** What is not right yet, said before anything is tried; undefined when it can be tried. */
  readonly fault: (typed: string) => { readonly says: string; readonly isWrong: boolean } | undefined;
  readonly whole: string;
  readonly factor: (typed: string) => Factor;
}

/** What is kept on paper, typed in. */
export function TypedForm({ place, label, what, fault, whole, factor }: TypedFormProps) {
  const [typed, setTyped] = useState("");
  const unlock = useUnlock({ place });
  const found = fault(typed);
  const said = useId();
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        unlock.mutate(factor(typed));
      }}
    >
      <label className="flex flex-col gap-1">
        <span className="font-medium">{label}</span>
        <textarea
          rows={3}
          required
          aria-describedby={said}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          className="rounded-lg border border-quiet bg-panel p-3 font-mono"
          value={typed}
          onChange={(event) => {
            unlock.reset();
            setTyped(event.target.value);
          }}
        />
      </label>
      <p id={said} role="status" className={found?.isWrong ? "text-bad" : "text-quiet"}>
        {found?.says ?? whole}
      </p>
      {unlock.error && <UnlockProblem error={unlock.error} what={what} />}
      <Button type="submit" disabled={unlock.isPending || found !== undefined}>
        {unlock.isPending ? "Unlocking" : "Unlock"}
      </Button>
    </form>
  );
}
