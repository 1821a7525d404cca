import { useId, useState } from "react";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { readAddresses } from "../rules.ts";
import { useInvite } from "../use-people.ts";
import { RoleChoice } from "./role-choice.tsx";

const ROLES = ["member", "admin", "observer"] as const;
const AT_ONCE = 20;

/** Addresses, one or many, and the role they are all invited to. What was typed stays when the server refuses. */
export function InviteForm({ onDone }: { onDone: (sent: number) => void }) {
  const id = useId();
  const [text, setText] = useState("");
  const [role, setRole] = useState<(typeof ROLES)[number]>("member");
  const emails = readAddresses(text);
  const invite = useInvite();
  const isTooMany = emails.length > AT_ONCE;

  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        invite.mutate({ emails, role }, { onSuccess: ({ items }) => onDone(items.length) });
      }}
    >
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="font-medium">
          E-mail addresses
        </label>
        <textarea
          id={id}
          rows={2}
          required
          autoComplete="off"
          spellCheck={false}
          className="field-sizing-content max-h-40 min-h-16 rounded-lg border border-quiet bg-panel px-3 py-2"
          value={text}
          onChange={(event) => setText(event.target.value)}
          aria-describedby={`${id}-note`}
        />
        <p id={`${id}-note`} className={`text-[13px] ${isTooMany ? "text-bad" : "text-quiet"}`}>
          {isTooMany
            ? `${emails.length} addresses. At most ${AT_ONCE} at once.`
            : "One or several, separated by commas or lines. Each gets a link that works for 7 days."}
        </p>
      </div>
      <RoleChoice roles={ROLES} chosen={role} onChoose={setRole} />
      {invite.error && <Problem error={invite.error} />}
      <Button type="submit" disabled={invite.isPending || emails.length === 0 || isTooMany}>
        {sayInvite(emails.length)}
      </Button>
    </form>
  );
}

const sayInvite = (count: number): string => (count > 1 ? `Send ${count} invites` : "Send invite");
