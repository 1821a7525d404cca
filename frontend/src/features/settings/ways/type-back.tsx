import { useMutation } from "@tanstack/react-query";
import { useId, useState } from "react";
import { findKeyFault } from "#shared/client/recovery/say-key.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";

interface TypeBackProps {
  readonly shown: string;
  readonly keep: () => Promise<unknown>;
  readonly onShow: () => void;
}

/** Whoever has it on paper can type it; whoever only clicked on cannot. */
export function TypeBack({ shown, keep, onShow }: TypeBackProps) {
  const [typed, setTyped] = useState("");
  const id = useId();
  const keeping = useMutation({ mutationFn: keep, gcTime: 0 });
  const fault = findKeyFault(typed.trim());
  const isOther = !fault && bare(typed) !== bare(shown);
  const says = isOther ? "This is a recovery key, but not the one shown." : (fault?.says ?? "It is the one shown.");
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        keeping.mutate();
      }}
    >
      <label htmlFor={id} className="font-medium">
        Type the key from where you kept it
      </label>
      <textarea
        id={id}
        rows={2}
        className="rounded-lg border border-quiet bg-page p-3 font-mono"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        aria-describedby={`${id}-said`}
      />
      <p
        id={`${id}-said`}
        role="status"
        className={isOther || (fault && fault.is !== "unfinished") ? "text-bad" : "text-quiet"}
      >
        {says}
      </p>
      {keeping.error && <Problem error={keeping.error} />}
      <div className="flex flex-wrap justify-end gap-2">
        <Button look="plain" onClick={onShow}>
          Show the key again
        </Button>
        <Button type="submit" disabled={keeping.isPending || isOther || fault !== undefined}>
          Use this key from now on
        </Button>
      </div>
    </form>
  );
}

const bare = (text: string): string => text.trim().replace(/[ -]/g, "");
