import { useMutation, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ApiError, isSignedOut } from "#shared/client/api-client.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { PageWaiting } from "../../components/page-waiting.tsx";
import { Problem } from "../../components/problem.tsx";
import { identity, session, tenants } from "../../lib/api.ts";
import { forgetInvite, readSecret } from "../../lib/fragment.ts";
import { useSignOut } from "../../lib/vault/use-sign-out.ts";

const GONE: readonly string[] = ["invite.not_found", "invite.expired"];

/** An invite was opened: who invites, to what, as what; then yes or no. */
export function InvitePage() {
  const secret = readSecret("invite");
  const shown = useQuery({
    queryKey: ["invite", secret],
    queryFn: () => tenants.showInvite({ secret: secret ?? "" }),
    enabled: secret !== undefined,
  });
  const code = shown.error instanceof ApiError ? shown.error.code : undefined;
  if (!secret) return <Ended text="Open the link in the mail once more, or ask for a new invite." />;
  if (isSignedOut(shown.error)) return <SignInFirst />;
  if (code === "invite.other_address") return <OtherAddress error={shown.error} />;
  if (code && GONE.includes(code)) return <Ended text="It was used, withdrawn, or is older than seven days." />;
  if (shown.data) return <Asked secret={secret} invite={shown.data} />;
  return (
    <main className="flex min-h-dvh">
      <h1 className="sr-only">Invite</h1>
      <PageWaiting query={shown} />
    </main>
  );
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
  const decline = useMutation({ mutationFn: () => tenants.declineInvite({ secret }), onSuccess: forgetInvite });
  if (decline.isSuccess) return <Card title="Declined">{<p>Nothing was joined. You can close this page.</p>}</Card>;
  return (
    <Card title={`Join ${invite.tenantName}`}>
      <p>
        You are invited as {invite.role}. Your vault there is your own: nobody of {invite.tenantName}, and not the
        service, can open it. They see that you belong to it, and when and how much you use it.
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

/** The invite holds for one address, which has to be proved first. It waits in this window meanwhile. */
const SignInFirst = () => (
  <Card title="Sign in to answer this invite">
    <p>
      Sign in with the address the invite was sent to. Keep this window: it goes on with the invite as soon as you are
      signed in.
    </p>
    <Link className="text-accent underline" to="/">
      Sign in
    </Link>
  </Card>
);

function OtherAddress({ error }: { error: unknown }) {
  const leave = useSignOut();
  return (
    <Card title="This invite is for someone else">
      <Problem error={error} />
      {leave.error && <Problem error={leave.error} />}
      <p>
        You can sign out, sign in with the address it was sent to, and open the link in the invite's mail once more.
      </p>
      <div className="flex flex-wrap items-center gap-3">
        <Button look="plain" disabled={leave.isPending} onClick={() => leave.mutate()}>
          Sign out
        </Button>
        <Home />
      </div>
    </Card>
  );
}

const Ended = ({ text }: { text: string }) => (
  <Card title="This invite cannot be used">
    <p>{text}</p>
    <Home />
  </Card>
);

const Home = () => (
  <Link className="w-fit text-accent underline" to="/home" onClick={forgetInvite}>
    Go to OCMT
  </Link>
);
