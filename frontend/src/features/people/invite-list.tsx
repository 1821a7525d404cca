import type { Invite } from "#shared/contracts/tenants.ts";
import { Button } from "../../components/button.tsx";
import { Problem } from "../../components/problem.tsx";
import { RelativeTime } from "../../components/relative-time.tsx";
import { ROLE_WORDS } from "./rules.ts";
import { useCancelInvite, useResend } from "./use-people.ts";

/** Invites nobody has answered: each with what is left of it, and, for who may, a way to send it again or take it back. */
export function InviteList({ invites, mayChange }: { invites: readonly Invite[]; mayChange: boolean }) {
  return (
    <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
      {invites.map((invite) => (
        <InviteRow key={invite.id} invite={invite} mayChange={mayChange} />
      ))}
    </ul>
  );
}

function InviteRow({ invite, mayChange }: { invite: Invite; mayChange: boolean }) {
  const resend = useResend();
  const cancel = useCancelInvite();
  const isBusy = resend.isPending || cancel.isPending;
  const error = resend.error ?? cancel.error;
  const resendWords = resend.isSuccess ? "Sent again" : "Resend";
  const isExpired = invite.state === "expired";
  return (
    <li className="flex flex-col gap-2 p-3">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-52">
          <p className="break-all">{invite.email}</p>
          <p className={`text-[13px] ${isExpired ? "text-warn" : "text-quiet"}`}>
            {ROLE_WORDS[invite.role].name} · {isExpired ? "expired" : "expires"} <RelativeTime at={invite.expiresAt} />
          </p>
        </div>
        {mayChange && (
          <div className="flex gap-2">
            <Button
              look="plain"
              disabled={isBusy}
              aria-label={`${resendWords} the invite for ${invite.email}`}
              onClick={() => resend.mutate(invite.id)}
            >
              {resendWords}
            </Button>
            <Button
              look="plain"
              disabled={isBusy}
              aria-label={`Take back the invite for ${invite.email}`}
              onClick={() => cancel.mutate(invite.id)}
            >
              Take back
            </Button>
          </div>
        )}
      </div>
      {error && <Problem error={error} />}
    </li>
  );
}
