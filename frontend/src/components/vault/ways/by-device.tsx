import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Asking, NotLetIn } from "#shared/client/enrolment/ask.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { askDevice, hold, openByDevice } from "../../../lib/enrolment/asking.ts";
import { useNow } from "../../agent/use-now.ts";
import { Button } from "../../button.tsx";
import { Problem } from "../../problem.tsx";
import { SixWords } from "../enrolment/six-words.tsx";
import type { WayProps } from "./use-unlock.ts";

/** The vault by a device where it is open: six words to type there, and a wait. */
export function ByDevice({ place }: WayProps) {
  const ask = useMutation({ mutationFn: () => askDevice(place), gcTime: 0 });
  if (ask.data)
    return (
      <Asked
        key={ask.data.request.enrolmentId}
        place={place}
        asking={ask.data}
        onAgain={() => ask.mutate()}
        onBack={() => ask.reset()}
      />
    );
  return (
    <div className="flex flex-col gap-4">
      <p>
        This browser shows six words. Type them on a device of yours where your vault is open: a notice about it stands
        there over every page. Then your vault opens here, without the passphrase.
      </p>
      <p className="text-quiet">A letter tells you of each device that was let in.</p>
      {ask.error && <Problem error={ask.error} />}
      <Button disabled={ask.isPending} onClick={() => ask.mutate()}>
        {ask.isPending ? "Asking" : "Show the six words"}
      </Button>
    </div>
  );
}

interface AskedProps extends WayProps {
  readonly asking: Asking;
  readonly onAgain: () => void;
  readonly onBack: () => void;
}

/** Whoever goes away from here takes the request back; closing the page ends it too, for its key is nowhere else. */
function Asked({ place, asking, onAgain, onBack }: AskedProps) {
  const open = useQuery({
    queryKey: ["enrolment", asking.request.enrolmentId],
    queryFn: async ({ signal }) => {
      await openByDevice(place, asking, signal);
      return true;
    },
    ...{ retry: false, gcTime: 0, staleTime: Number.POSITIVE_INFINITY, refetchOnReconnect: false },
    refetchOnWindowFocus: false,
  });
  useEffect(() => hold(asking), [asking]);
  if (open.error)
    return (
      <div className="flex flex-col gap-4">
        <Ended error={open.error} />
        <Button onClick={onAgain}>Ask again</Button>
      </div>
    );
  return (
    <div className="flex flex-col gap-4">
      <p>
        Type these six words on a device of yours where your vault is open, in this order. Only there: whoever has them
        can stand between the two devices.
      </p>
      <SixWords words={asking.words} />
      <p role="status">{open.data ? "Opening your vault." : "Waiting for your other device."}</p>
      <p className="text-quiet">
        Time left: <TimeLeft until={asking.expiresAt} />. If an account opens that is not yours, or is empty as if it
        were new, write nothing in it and tell your operator.
      </p>
      <Button look="plain" onClick={onBack}>
        Take the request back
      </Button>
    </div>
  );
}

function TimeLeft({ until }: { until: string }) {
  const seconds = Math.max(0, Math.ceil((Date.parse(until) - useNow(1_000)) / 1_000));
  const rest = String(seconds % 60).padStart(2, "0");
  return (
    <span className="font-mono tabular-nums">
      {Math.floor(seconds / 60)}:{rest}
    </span>
  );
}

const ENDS: Record<NotLetIn["why"], string> = {
  denied: "Your other device turned this one away. Nothing was opened.",
  expired: "The ten minutes are over, and nobody typed the words. Nothing was opened.",
  cancelled: "This request was taken back. Nothing was opened.",
  taken: "The answer to this request was taken already, and it can be had once. Nothing was opened.",
};

function Ended({ error }: { error: Error }) {
  if (error instanceof NotLetIn)
    return (
      <p role="alert" className="rounded-lg border border-warn p-3">
        {ENDS[error.why]}
      </p>
    );
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      What came does not come from a device into which these words were typed, or is not of your account. Nothing was
      opened. Tell your operator.
    </p>
  );
}
