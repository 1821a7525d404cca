import { useMutation } from "@tanstack/react-query";
import { ShieldAlert } from "lucide-react";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";

interface ExposedNoteProps {
  readonly since: string;
  readonly mayWrite: boolean;
  readonly onChanged: () => Promise<unknown>;
}

/** That somebody who lost access could read it; it goes when the secret is another one, or by hand. */
export function ExposedNote({ since, mayWrite, onChanged }: ExposedNoteProps) {
  const clear = useMutation({ mutationFn: onChanged });
  return (
    <div role="note" className="flex flex-col gap-2 rounded-lg border border-warn p-3">
      <p className="flex items-start gap-2">
        <ShieldAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warn" />
        <span>
          <strong className="font-medium">Change it at the provider.</strong> Somebody who lost access{" "}
          <RelativeTime at={since} /> could read it, and may have kept it.
        </span>
      </p>
      {clear.error && <Problem error={clear.error} />}
      {mayWrite && (
        <div>
          <Button look="plain" disabled={clear.isPending} onClick={() => clear.mutate()}>
            It is changed there
          </Button>
        </div>
      )}
    </div>
  );
}
