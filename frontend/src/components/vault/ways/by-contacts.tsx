import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { RecoveryFailed } from "#shared/client/recovery/collect-shares.ts";
import { wordsToRead } from "#shared/client/recovery/own-recovery.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { useMembers } from "../../../lib/people/use-members.ts";
import { askContacts, findAsking, openByContacts } from "../../../lib/recovery/asking.ts";
import { Button } from "../../button.tsx";
import { Problem } from "../../problem.tsx";
import { RelativeTime } from "../../relative-time.tsx";
import { SixWords } from "../enrolment/six-words.tsx";
import type { WayProps } from "./use-unlock.ts";

const LOOK_MS = 5_000;

/** The vault by people who hold shares: six words to read to them, a wait, and their shares together. */
export function ByContacts({ place }: WayProps) {
  const client = useQueryClient();
  const queryKey = ["recovery", "asking", place.tid];
  const asked = useQuery({
    queryKey,
    queryFn: async () => (await findAsking(place)) ?? (client.getQueryData(queryKey) === "over" ? "over" : null), // said until it is read
    refetchInterval: LOOK_MS,
  });
  const ask = useMutation({
    mutationFn: () => askContacts(place),
    onSettled: () => client.invalidateQueries({ queryKey: ["recovery"] }),
  });
  if (asked.error) return <Problem error={asked.error} />;
  if (asked.data && asked.data !== "over") return <Asked place={place} found={asked.data} />;
  return (
    <div className="flex flex-col gap-4">
      {asked.data && (
        <p role="alert" className="rounded-lg border border-warn p-3">
          What this browser asked for is over: it was cancelled where your vault is open, or its contacts were changed.
          Nothing was opened.
        </p>
      )}
      <p>
        This browser makes a key and shows six words. Call your contacts and read the words to each of them. When enough
        have released their shares and the wait is over, your vault opens here.
      </p>
      <p className="text-quiet">Every device of yours is told, and any that is open can cancel it.</p>
      {ask.error && <Problem error={ask.error} />}
      <Button disabled={asked.isPending || ask.isPending} onClick={() => ask.mutate()}>
        Ask your contacts
      </Button>
    </div>
  );
}

type Found = Exclude<Awaited<ReturnType<typeof findAsking>>, "over" | null>;

function Asked({ place, found }: WayProps & { found: Found }) {
  const { asking, shown, given, needed, isEnough, isTime } = found;
  const open = useMutation({ mutationFn: () => openByContacts(place, asking), gcTime: 0 });
  return (
    <div className="flex flex-col gap-4">
      <p>
        Read these six words in this order to each contact, by phone or in person. Whoever hears other words must not
        release.
      </p>
      <SixWords words={wordsToRead(asking)} />
      <p role="status">
        Shares released: {given}. Needed: {needed}.{" "}
        {isTime ? (
          "The wait is over."
        ) : (
          <>
            The shares are handed out <RelativeTime at={shown.collectableAt} />.
          </>
        )}
      </p>
      <p className="text-quiet">
        If a contact says that the words are not the same, stop: then it is not your vault that would open here.
      </p>
      {open.error && <OpenProblem error={open.error} />}
      <Button disabled={!isTime || given === 0 || open.isPending} onClick={() => open.mutate()}>
        {isEnough ? "Open the vault" : "Try with the shares there are"}
      </Button>
    </div>
  );
}

function OpenProblem({ error }: { error: Error }) {
  const members = useMembers();
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  if (!(error instanceof RecoveryFailed))
    return (
      <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
        The keys that the service shows are not those your contacts' shares are of. Nothing was opened. Tell your
        operator.
      </p>
    );
  const names = error.refused.map(
    ({ contactId }) => members.data?.find(({ userId }) => userId === contactId)?.email ?? contactId,
  );
  return (
    <div role="alert" className="flex flex-col gap-1 rounded-lg border border-bad p-3">
      <p className="font-medium text-bad">
        {error.code === "crypto.shares_few"
          ? "There are fewer good shares than it takes. Nothing was opened."
          : "These shares do not open your vault. Nothing was opened."}
      </p>
      {names.length > 0 && <p>Not usable is what came from {names.join(", ")}.</p>}
      <p>Ask another contact.</p>
    </div>
  );
}
