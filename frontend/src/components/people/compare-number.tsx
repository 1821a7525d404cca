import { lazy, Suspense } from "react";
import type { Contact } from "#shared/client/vault/vaults.ts";
import { useKnowing } from "../../lib/vault/items/use-contact.ts";
import { Button } from "../button.tsx";
import { Problem } from "../problem.tsx";

const NumberCode = lazy(async () => ({ default: (await import("./number-code.tsx")).NumberCode }));

interface CompareNumberProps {
  readonly contact: Contact;
  readonly email: string;
  readonly onDone: () => void;
}

/** The safety number, to be compared by another way than this service. */
export function CompareNumber({ contact, email, onDone }: CompareNumberProps) {
  const knowing = useKnowing(contact.id);
  return (
    <>
      <p>
        {contact.isVerified
          ? "You have compared this number with them. Should other keys ever stand in their place, they are refused."
          : `So far these are the keys that the service gave for ${email}. Compare this number with them, by phone or in person: they find it under your name.`}
      </p>
      <ol
        aria-label="Safety number"
        className="grid grid-cols-4 gap-x-4 gap-y-2 self-center rounded-lg border border-line bg-page p-4 font-mono text-base tabular-nums"
      >
        {contact.safetyNumber.map((group, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two groups may be the same digits, and their places never change
          <li key={place}>{group}</li>
        ))}
      </ol>
      <Suspense fallback={<p className="text-quiet">Drawing the code.</p>}>
        <NumberCode groups={contact.safetyNumber} />
      </Suspense>
      {knowing.error && <Problem error={knowing.error} />}
      {!contact.isVerified && (
        <>
          <p className="text-quiet">
            If it is another one on their side, somebody stands between you. Share nothing, and tell your administrator.
          </p>
          <div className="flex justify-end">
            <Button
              disabled={knowing.isPending}
              onClick={() => knowing.mutate({ verify: contact }, { onSuccess: onDone })}
            >
              It is the same number
            </Button>
          </div>
        </>
      )}
    </>
  );
}
