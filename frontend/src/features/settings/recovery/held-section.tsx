import { useState } from "react";
import { WordsDiffer } from "#shared/client/words-differ.ts";
import type { HeldShare } from "#shared/contracts/recovery.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { Button } from "../../../components/button.tsx";
import { areSixWords, SixWordsField } from "../../../components/fields/six-words-field.tsx";
import { KnownBy } from "../../../components/people/known-by.tsx";
import { Problem } from "../../../components/problem.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";
import { useMembers } from "../../../lib/people/use-members.ts";
import { releaseHeldShare } from "../../../lib/recovery/contacts.ts";
import { useHeldShares, useRecoveryChange } from "../../../lib/recovery/use-recovery.ts";
import { useVault } from "../../../lib/vault/use-vault.ts";
import { Section } from "../section.tsx";

/** For whom one holds a share; and who asks for it. Nobody is shown words to say yes to: they are heard and typed. */
export function HeldSection() {
  const held = useHeldShares();
  const members = useMembers();
  if (!held.data || held.data.length === 0) return null;
  return (
    <Section
      title="Shares you hold for others"
      says="Release a share only to somebody whose voice or face you know, after they have read six words to you. A message is not enough: whoever reads their mail can write one."
    >
      <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
        {held.data.map((share) => (
          <li key={share.ownerId} className="flex flex-col gap-3 p-3">
            <Held
              share={share}
              email={members.data?.find(({ userId }) => userId === share.ownerId)?.email ?? "somebody who has left"}
            />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Held({ share, email }: { share: HeldShare; email: string }) {
  const open = useVault();
  const asking = share.recoveries.filter(({ isReleased }) => !isReleased);
  const isGiven = share.recoveries.some(({ isReleased }) => isReleased);
  const [newest] = asking;
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <span className="min-w-0 font-medium break-words">{email}</span>
        <KnownBy person={share.ownerId} email={email} />
      </div>
      {isGiven && <p className="text-good">You have released your share.</p>}
      {!newest && !isGiven && <p className="text-quiet">They ask for nothing.</p>}
      {newest && (
        <p className="text-warn">
          Somebody signed in as them asks for your share, <RelativeTime at={newest.startedAt} />.
        </p>
      )}
      {newest && open.is !== "open" && <p className="text-quiet">Unlock your vault to release it.</p>}
      {newest && open.is === "open" && <Release share={share} email={email} />}
    </>
  );
}

function Release({ share, email }: { share: HeldShare; email: string }) {
  const [heard, setHeard] = useState("");
  const release = useRecoveryChange((words: string) => releaseHeldShare(share, words));
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        release.mutate(heard);
      }}
    >
      <SixWordsField
        label={`The six words ${email} read to you`}
        value={heard}
        onChange={(typed) => {
          release.reset();
          setHeard(typed);
        }}
      />
      {release.error && <ReleaseProblem error={release.error} />}
      <div>
        <Button type="submit" disabled={!areSixWords(heard) || release.isPending}>
          Release the share
        </Button>
      </div>
    </form>
  );
}

function ReleaseProblem({ error }: { error: Error }) {
  if (!(error instanceof WordsDiffer || error instanceof CryptoError)) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      {error instanceof WordsDiffer
        ? "Nobody who asks has these words. Nothing was released. Ask them to read the words once more; if they are still others, somebody else is asking in their name."
        : "This share does not open with your keys: you have changed all keys since it was given, or it is not what they signed. Nothing was released. Another contact has to help them."}
    </p>
  );
}
