import { type FormEvent, useId, useState } from "react";
import { NumberDiffers } from "#shared/client/people/contacts.ts";
import type { Id } from "#shared/ids.ts";
import { useKnowing } from "../../lib/vault/items/use-contact.ts";
import { Button } from "../button.tsx";
import { Problem } from "../problem.tsx";

interface KeysChangedProps {
  readonly person: Id<"user">;
  readonly wasVerified: boolean;
}

/**
 * Either they began anew, or somebody stands in their place. Nothing is sealed to the new keys until the person has decided; of who was
 * verified only by the new number, as they read it out.
 */
export function KeysChanged({ person, wasVerified }: KeysChangedProps) {
  return (
    <>
      <p role="alert" className="font-medium text-bad">
        These are not the keys you {wasVerified ? "have verified" : "knew"}.
      </p>
      <p>
        This happens when somebody sets up their vault anew and had kept no recovery. It also happens when somebody
        stands in their place.{" "}
        {wasVerified
          ? "Ask them, by phone or in person, to read you the safety number that stands under your name on their side. Until it is the one of the new keys, nothing is shared with these."
          : "Ask them, by phone or in person. Until then nothing is shared with these keys."}
      </p>
      {wasVerified ? <NewNumber person={person} /> : <Unverified person={person} />}
    </>
  );
}

function Unverified({ person }: { person: Id<"user"> }) {
  const knowing = useKnowing(person);
  return (
    <>
      {knowing.error && <Problem error={knowing.error} />}
      <div className="flex justify-end">
        <Button look="danger" disabled={knowing.isPending} onClick={() => knowing.mutate("anew")}>
          They told me: take the new keys, unverified
        </Button>
      </div>
    </>
  );
}

const DIGITS = 60;

/** The number is not shown here: whoever has not heard it has nothing to type. */
function NewNumber({ person }: { person: Id<"user"> }) {
  const knowing = useKnowing(person);
  const [typed, setTyped] = useState("");
  const id = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    knowing.mutate({ number: typed });
  };
  return (
    <form className="flex flex-col gap-3" onSubmit={submit}>
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="font-medium">
          The number they read to you, all sixty digits
        </label>
        <textarea
          id={id}
          rows={3}
          inputMode="numeric"
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={({ target }) => {
            knowing.reset();
            setTyped(target.value);
          }}
          className="rounded-lg border border-quiet bg-panel px-3 py-2 font-mono tabular-nums"
        />
      </div>
      {knowing.error && <NumberProblem error={knowing.error} />}
      <div className="flex justify-end">
        <Button type="submit" disabled={typed.replaceAll(/\D/g, "").length !== DIGITS || knowing.isPending}>
          Compare
        </Button>
      </div>
    </form>
  );
}

function NumberProblem({ error }: { error: Error }) {
  if (!(error instanceof NumberDiffers)) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      That is not the number of the keys the service shows. Have it read once more. If it is the same still, somebody
      stands between you: share nothing, and tell your administrator.
    </p>
  );
}
