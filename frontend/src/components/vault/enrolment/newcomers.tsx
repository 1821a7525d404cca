import { MonitorSmartphone } from "lucide-react";
import { type FormEvent, useState } from "react";
import type { Newcomer } from "#shared/client/enrolment/let-in.ts";
import { WordsDiffer } from "#shared/client/words-differ.ts";
import { useLetIn, useNewcomers, useTurnAway } from "../../../lib/enrolment/use-newcomers.ts";
import { Button } from "../../button.tsx";
import { areSixWords, SixWordsField } from "../../fields/six-words-field.tsx";
import { Problem } from "../../problem.tsx";
import { RelativeTime } from "../../relative-time.tsx";

/** Devices that ask to be let in. Nobody is shown words to say yes to: they are seen on the other device, and typed here. */
export function Newcomers() {
  const { data: newcomers = [] } = useNewcomers();
  const turnAway = useTurnAway();
  const letIn = useLetIn();
  const asking = newcomers.filter(({ id }) => id !== letIn.data?.id);
  if (asking.length === 0 && !letIn.data) return null;
  return (
    <div className="flex flex-col gap-4">
      {letIn.data && (
        <div role="status" className="flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0 break-words text-good">
            {letIn.data.name} was let in. A letter about it is on its way.
          </p>
          <Button look="plain" onClick={() => letIn.reset()}>
            Done
          </Button>
        </div>
      )}
      {asking.length > 0 && (
        <>
          <ul aria-label="Devices that ask to be let in" className="flex flex-col gap-2">
            {asking.map((newcomer) => (
              <Row key={newcomer.id} newcomer={newcomer} isBusy={turnAway.isPending} onTurnAway={turnAway.mutate} />
            ))}
          </ul>
          {turnAway.error && <Problem error={turnAway.error} />}
          <WordsForm letIn={letIn} />
        </>
      )}
    </div>
  );
}

interface RowProps {
  readonly newcomer: Newcomer;
  readonly isBusy: boolean;
  readonly onTurnAway: (newcomer: Newcomer) => void;
}

function Row({ newcomer, isBusy, onTurnAway }: RowProps) {
  const { name, askedAt, expiresAt } = newcomer;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <MonitorSmartphone size={20} aria-hidden className="shrink-0 text-warn" />
      <div className="min-w-0 flex-1 basis-44">
        <p className="break-words">“{name}”, as it calls itself, asks to be let in to your vault.</p>
        <p className="text-[13px] text-quiet">
          asked <RelativeTime at={askedAt} />, ends <RelativeTime at={expiresAt} />
        </p>
      </div>
      <Button look="danger" disabled={isBusy} aria-label={`Turn away ${name}`} onClick={() => onTurnAway(newcomer)}>
        Turn away
      </Button>
    </li>
  );
}

function WordsForm({ letIn }: { letIn: ReturnType<typeof useLetIn> }) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    letIn.mutate(typed, { onSuccess: () => setTyped("") });
  };
  return (
    <form className="flex flex-col gap-3" onSubmit={submit}>
      <SixWordsField
        label="The six words that the new device shows"
        value={typed}
        onChange={(words) => {
          letIn.reset();
          setTyped(words);
        }}
      />
      <p className="max-w-prose text-quiet">
        Type them only from a screen that you see yourself, of a device in your own hands. Whoever is let in has your
        whole vault. If none of your devices shows six words now, somebody else is signed in as you: turn it away, and
        end the sessions you do not know.
      </p>
      {letIn.error && <LetInProblem error={letIn.error} />}
      <div>
        <Button type="submit" disabled={!areSixWords(typed) || letIn.isPending}>
          {letIn.isPending ? "Letting it in" : "Let it in"}
        </Button>
      </div>
    </form>
  );
}

function LetInProblem({ error }: { error: Error }) {
  if (!(error instanceof WordsDiffer)) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      No device that asks shows these words. Nothing was sent. Look at them once more; if they are the same still,
      something stands between the two devices: turn it away.
    </p>
  );
}
