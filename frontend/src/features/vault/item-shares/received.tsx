import type { Share } from "#shared/contracts/shares.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { useMembers } from "../../../lib/people/use-members.ts";
import { useAnswerShare, useReceived } from "../../../lib/shares/use-shares.ts";
import { ReceivedItem } from "./received-item.tsx";
import { sayTerms } from "./share-words.ts";

/** Items that others share with one: those that wait for an answer first. */
export function Received() {
  const received = useReceived();
  const people = useMembers();
  const all = received.data ?? [];
  const offered = all.filter(({ state }) => state === "offered");
  const used = all.filter(({ state }) => state === "accepted" || state === "expired");
  if (offered.length + used.length === 0) return null;
  const fromOf = ({ from }: Share) => people.data?.find(({ userId }) => userId === from)?.email ?? "Somebody";
  return (
    <section aria-labelledby="shared-with-me" className="flex flex-col gap-2 px-4 pb-2">
      <h2 id="shared-with-me" className="text-[13px] font-medium text-quiet">
        Shared with me
      </h2>
      <ul aria-label="Shared with me" className="flex max-h-64 flex-col gap-2 overflow-y-auto">
        {offered.map((share) => (
          <Offer key={share.id} share={share} from={fromOf(share)} />
        ))}
        {used.map((share) => (
          <ReceivedItem key={share.id} share={share} from={fromOf(share)} />
        ))}
      </ul>
    </section>
  );
}

function Offer({ share, from }: { share: Share; from: string }) {
  const answer = useAnswerShare();
  return (
    <li className="flex flex-col gap-2 rounded-lg border border-accent bg-panel p-3">
      <p>
        <strong className="font-medium break-all">{from}</strong> shares an item with you.
      </p>
      <p className="text-[13px] text-quiet">You {sayTerms(share)}</p>
      {answer.error && <Problem error={answer.error} />}
      <div className="flex flex-wrap gap-2">
        <Button disabled={answer.isPending} onClick={() => answer.mutate({ id: share.id, answer: "accept" })}>
          Accept
        </Button>
        <Button
          look="plain"
          disabled={answer.isPending}
          onClick={() => answer.mutate({ id: share.id, answer: "decline" })}
        >
          Decline
        </Button>
      </div>
    </li>
  );
}
