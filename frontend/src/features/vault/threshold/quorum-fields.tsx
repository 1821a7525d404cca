import type { Candidate } from "#shared/client/vault/openings/holders.ts";
import type { QuorumTerms } from "#shared/client/vault/openings/quorum.ts";
import type { Id } from "#shared/ids.ts";
import { ChooseCount } from "../../../components/fields/choices.tsx";
import { KnownBy } from "../../../components/people/known-by.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useMe } from "../../../lib/use-me.ts";
import { useCandidates } from "./use-holders.ts";

interface QuorumFieldsProps {
  /** With oneself among the holders: who makes a set holds a share of it. */
  readonly terms: QuorumTerms;
  readonly onChange: (terms: QuorumTerms) => void;
}

const HOLDERS_MAX = 10;

export const isQuorum = ({ threshold, holders }: QuorumTerms): boolean =>
  threshold >= 2 && holders.length >= threshold && holders.length <= HOLDERS_MAX;

/** Who holds the shares, and how many of them it takes. */
export function QuorumFields({ terms: { threshold, holders }, onChange }: QuorumFieldsProps) {
  const { me } = useMe();
  const candidates = useCandidates();
  const most = Math.max(holders.length, 2);
  const toggle = (person: Id<"user">) => {
    const next = holders.includes(person) ? holders.filter((one) => one !== person) : [...holders, person];
    onChange({ holders: next, threshold: Math.min(threshold, Math.max(next.length, 2)) });
  };
  return (
    <Waiting query={candidates} lines={2}>
      {(all) => (
        <>
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1 font-medium">Who holds a share: two to ten owners and admins</legend>
            {all.map((one) => (
              <Choice
                key={one.userId}
                candidate={one}
                isMe={one.userId === me?.userId}
                isChosen={holders.includes(one.userId)}
                onToggle={() => toggle(one.userId)}
              />
            ))}
          </fieldset>
          {all.length < 2 && (
            <p>Nobody else is an owner or admin. Invite somebody, or make a member an admin, on the page People.</p>
          )}
          <ChooseCount
            label="How many of them open it together"
            most={most}
            value={threshold}
            onChoose={(count) => onChange({ holders, threshold: count })}
          />
          {threshold === holders.length && (
            <p className="rounded-lg border border-warn p-3">
              It takes all of them: if one leaves or loses their keys, nobody opens this vault again.
            </p>
          )}
        </>
      )}
    </Waiting>
  );
}

interface ChoiceProps {
  readonly candidate: Candidate;
  readonly isMe: boolean;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function Choice({ candidate: { userId, email, role, keys }, isMe, isChosen, onToggle }: ChoiceProps) {
  const says = keys === "none" ? `${role}, has no vault yet` : role;
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-2">
      <label className="flex min-h-9 min-w-0 flex-1 cursor-pointer items-center gap-2">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={isChosen}
          disabled={isMe || keys !== "known"}
          onChange={onToggle}
        />
        <span className="min-w-0 wrap-anywhere">
          {email}
          <span className="text-quiet"> · {isMe ? `${role}, you` : says}</span>
        </span>
      </label>
      {!isMe && keys !== "none" && <KnownBy person={userId} email={email} />}
    </div>
  );
}
