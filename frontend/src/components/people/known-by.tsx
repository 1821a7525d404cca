import { ShieldAlert, ShieldCheck, ShieldQuestion } from "lucide-react";
import { useState } from "react";
import { NoKeys, PersonChanged } from "#shared/client/people/people.ts";
import type { Id } from "#shared/ids.ts";
import { useContact } from "../../lib/vault/items/use-contact.ts";
import { Button } from "../button.tsx";
import { Dialog } from "../dialog.tsx";
import { Problem } from "../problem.tsx";
import { CompareNumber } from "./compare-number.tsx";
import { KeysChanged } from "./keys-changed.tsx";

interface KnownByProps {
  readonly person: Id<"user">;
  readonly email: string;
}

const LOOKS = {
  verified: { icon: ShieldCheck, words: "Verified", tone: "text-good" },
  unverified: { icon: ShieldQuestion, words: "Unverified", tone: "text-warn" },
  changed: { icon: ShieldAlert, words: "Keys changed", tone: "text-bad" },
} as const;

/** Whether somebody's keys are known to be theirs. Opens to the number that both compare. */
export function KnownBy({ person, email }: KnownByProps) {
  const contact = useContact(person);
  const [isOpen, setOpen] = useState(false);
  const { data, error } = contact;
  const changed = error instanceof PersonChanged ? error : undefined;
  if (!data && !error) return null;
  if (error instanceof NoKeys) return <span className="text-[13px] text-quiet">No keys yet</span>;
  if (error && !changed) return <Problem error={error} />;
  const known = data?.isVerified ? "verified" : "unverified";
  const { icon: Icon, words, tone } = LOOKS[changed ? "changed" : known];
  return (
    <>
      <Button look="plain" aria-label={`${words}: ${email}`} onClick={() => setOpen(true)}>
        <Icon size={16} aria-hidden className={tone} />
        {words}
      </Button>
      <Dialog open={isOpen} title={email} onClose={() => setOpen(false)}>
        {changed && <KeysChanged person={person} wasVerified={changed.wasVerified} />}
        {data && !changed && <CompareNumber contact={data} email={email} onDone={() => setOpen(false)} />}
      </Dialog>
    </>
  );
}
