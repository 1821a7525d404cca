import type { OpenQuorum } from "#shared/crypto/vault/chain.ts";
import { useMembers } from "../../../lib/people/use-members.ts";
import { useReview } from "./use-holders.ts";

interface LostHoldersProps {
  readonly quorum: OpenQuorum;
  /** What can be done about it here. */
  readonly says: string;
}

const WHY = {
  left: "has left the organisation",
  role: "is neither owner nor admin any more",
  keys: "has other keys than their share is for",
} as const;

/** Whose share is of no use any more, or should not be. */
export function LostHolders({ quorum, says }: LostHoldersProps) {
  const people = useMembers().data ?? [];
  const { lost = [], next } = useReview(quorum).data ?? {};
  if (lost.length === 0) return null;
  const left = quorum.holders.length - lost.filter(({ why }) => why !== "role").length;
  return (
    <div role="alert" className="flex flex-col gap-1 rounded-lg border border-warn p-3">
      {lost.map(({ person, why }) => (
        <p key={person} className="wrap-anywhere">
          {people.find(({ userId }) => userId === person)?.email ?? "A holder"} {WHY[why]}.
        </p>
      ))}
      {left < quorum.set.threshold && <p>Those who are left are too few to open it.</p>}
      <p>{next ? says : "Fewer than two are still there: make somebody else an owner or admin, on the page People."}</p>
    </div>
  );
}
