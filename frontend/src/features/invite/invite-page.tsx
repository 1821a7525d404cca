import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiError } from "#shared/client/api-client.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Problem } from "../../components/problem.tsx";
import { identity, session, tenants } from "../../lib/api.ts";
import { readSecret } from "../../lib/fragment.ts";

const GONE: readonly string[] = ["invite.not_found", "invite.expired"];

/** An invite was opened: who invites, to what, as what; then yes or no. */
export function InvitePage() {
  const secret = readSecret();
  const shown = useQuery({
    queryKey: ["invite", secret],
    queryFn: () => tenants.showInvite({ secret: secret ?? "" }),
    enabled: secret !== undefined,
  });
  const code = shown.error instanceof ApiError ? shown.error.code : undefined;
  if (!secret) return <Ended text="Open the link in the mail once more, or ask for a new invite." />;
  if (code === "auth.required" || code === "session.ended") return <SignInFirst />;
  if (code && GONE.includes(code)) return <Ended text="It was used, withdrawn, or is older than seven days." />;
  if (shown.error) {
    return (
      <Card title="Invite">
        <Problem error={shown.error} />
      </Card>
    );
  }
  return shown.data ? <Asked secret={secret} invite={shown.data} /> : null;
}

type Shown = Awaited<ReturnType<typeof tenants.showInvite>>;

function Asked({ secret, invite }: { secret: string; invite: Shown }) {
  const accept = useMutation({
    mutationFn: async () => {
      const { tenantId } = await tenants.acceptInvite({ secret });
      session.keep(await identity.switchTenant({ tenantId }));
    },
    onSuccess: () => location.assign("/home"),
  });
  const decline = useMutation({ mutationFn: () => tenants.declineInvite({ secret }) });
  if (decline.isSuccess) return <Card title="Declined">{<p>Nothing was joined. You can close this page.</p>}</Card>;
  return (
    <Card title={`Join ${invite.tenantName}`}>
      <p>
        You are invited as {invite.role}. Your vault there is your own: nobody of {invite.tenantName}, and not the
        service, can open it.
      </p>
      {accept.error && <Problem error={accept.error} />}
      {decline.error && <Problem error={decline.error} />}
      <div className="flex flex-wrap gap-2">
        <Button disabled={accept.isPending} onClick={() => accept.mutate()}>
          Join {invite.tenantName}
        </Button>
        <Button look="plain" disabled={decline.isPending} onClick={() => decline.mutate()}>
          Decline
        </Button>
      </div>
    </Card>
  );
}

/** The invite holds for one address, which has to be proved first. */
function SignInFirst() {
  return (
    <Card title="Sign in to answer this invite">
      <p>Sign in with the address the invite was sent to. Then open the link in the invite's mail once more.</p>
      <Link className="text-accent underline" to="/">
        Sign in
      </Link>
    </Card>
  );
}

function Ended({ text }: { text: string }) {
  return (
    <Card title="This invite cannot be used">
      <p>{text}</p>
      <Link className="text-accent underline" to="/">
        Go to OCMT
      </Link>
    </Card>
  );
}
