import { useState } from "react";
import { CONTACTS } from "#shared/client/recovery/contacts-set.ts";
import type { RecoverySet } from "#shared/contracts/recovery.ts";
import type { Member } from "#shared/contracts/tenants.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { ChooseCount } from "../../../components/fields/choices.tsx";
import { KnownBy } from "../../../components/people/known-by.tsx";
import { Problem } from "../../../components/problem.tsx";
import { PassphraseField } from "../../../components/vault/passphrase-field.tsx";
import { useMembers } from "../../../lib/people/use-members.ts";
import { chooseVaultContacts } from "../../../lib/recovery/contacts.ts";
import { useRecoveryChange } from "../../../lib/recovery/use-recovery.ts";
import { useMe } from "../../../lib/use-me.ts";
import { useContact } from "../../../lib/vault/items/use-contact.ts";

interface ChooseProps {
  /** The ones who are proposed first. */
  readonly before: RecoverySet | null;
  readonly onDone: () => void;
}

/** Three to ten people whose safety number was compared, and how many of them are enough. */
export function ChooseContacts({ before, onDone }: ChooseProps) {
  const { me } = useMe();
  const members = useMembers();
  const others = members.data?.filter(({ userId }) => userId !== me?.userId) ?? [];
  const [picked, setPicked] = useState<readonly Id<"user">[]>();
  const chosen = picked ?? before?.contacts.filter((id) => others.some(({ userId }) => userId === id)) ?? [];
  const [enough, setEnough] = useState<number>(before?.threshold ?? CONTACTS.enough);
  const [passphrase, setPassphrase] = useState("");
  const choose = useRecoveryChange(chooseVaultContacts);
  const threshold = Math.min(enough, Math.max(chosen.length, 2));
  const isRight = chosen.length >= CONTACTS.min && chosen.length <= CONTACTS.max && passphrase !== "";
  const toggle = (person: Id<"user">) =>
    setPicked(chosen.includes(person) ? chosen.filter((one) => one !== person) : [...chosen, person]);
  if (members.data && others.length < CONTACTS.min)
    return <p>It takes three people of your organisation beside you. Invite others on the page People.</p>;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        choose.mutate({ contacts: chosen, threshold, passphrase }, { onSuccess: onDone });
      }}
    >
      <fieldset className="flex min-w-0 flex-col gap-1">
        <legend className="mb-1 font-medium">Who: three to ten, each with a safety number you have compared</legend>
        {others.map((member) => (
          <Choice
            key={member.userId}
            member={member}
            isChosen={chosen.includes(member.userId)}
            onToggle={() => toggle(member.userId)}
          />
        ))}
      </fieldset>
      <ChooseCount
        label="How many are enough"
        most={Math.max(chosen.length, 2)}
        value={threshold}
        onChoose={setEnough}
      />
      <p className="rounded-lg border border-warn p-3">
        {threshold} of them who agree, or who are all fooled by somebody with your voice, open everything in this vault.
      </p>
      <PassphraseField value={passphrase} onChange={setPassphrase} />
      {choose.error && <ChooseProblem error={choose.error} />}
      <Button type="submit" disabled={!isRight || choose.isPending}>
        {choose.isPending ? "Handing out" : "Hand out the shares"}
      </Button>
    </form>
  );
}

interface ChoiceProps {
  readonly member: Member;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}

function Choice({ member: { userId, email }, isChosen, onToggle }: ChoiceProps) {
  const contact = useContact(userId);
  const isVerified = contact.data?.isVerified === true;
  return (
    <div className="flex min-h-9 flex-wrap items-center justify-between gap-x-2 gap-y-1">
      <label className="flex min-w-0 items-center gap-2">
        <input
          type="checkbox"
          className="size-4 shrink-0 accent-accent"
          checked={isChosen}
          disabled={!isVerified && !isChosen}
          onChange={onToggle}
        />
        <span className="min-w-0 break-words">{email}</span>
      </label>
      <KnownBy person={userId} email={email} />
    </div>
  );
}

export function ChooseProblem({ error }: { error: Error }) {
  if (!(error instanceof CryptoError)) return <Problem error={error} />;
  return (
    <p role="alert" className="rounded-lg border border-bad p-3 text-bad">
      {error.code === "crypto.commitment"
        ? "This is not the passphrase of your vault."
        : "Somebody's keys are not the ones you compared, or not yours. Nothing was changed."}
    </p>
  );
}
