import { useMutation, useQuery } from "@tanstack/react-query";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Field } from "../../components/fields/field.tsx";
import { Problem } from "../../components/problem.tsx";
import { identity, session } from "../../lib/api.ts";
import { type SentLink, wayOn } from "../../lib/fragment.ts";
import { onSignIn } from "../../lib/signed-in.ts";
import { SentCard } from "./sent-card.tsx";

/** What this is and how to get in. Who is signed in already goes on. */
export function SignInPage() {
  const navigate = useNavigate();
  const { state } = useLocation();
  const [wanted] = useState(state.wanted); // the address is another before this page is gone
  const [sent, setSent] = useState(state.sent);
  const [email, setEmail] = useState(sent?.email ?? "");
  /** In the history's entry as well, where a reload finds it. */
  const keep = (next: SentLink | undefined) => {
    setSent(next);
    void navigate({ to: "/", replace: true, state: (before) => ({ ...before, sent: next }) });
  };
  const ask = useMutation({
    mutationFn: () => identity.requestLink({ email }),
    onSuccess: ({ linkId }) => keep({ email, linkId, isAgain: sent !== undefined }),
  });
  // asked again when somebody turns to this tab, and when the link was opened in another
  const signedIn = useQuery({ queryKey: ["signed-in"], queryFn: async () => Boolean(await session.token()) });
  const { refetch } = signedIn;
  useEffect(() => onSignIn(() => void refetch()), [refetch]);
  useEffect(() => {
    if (signedIn.data) void navigate({ href: wayOn(wanted), replace: true });
  }, [signedIn.data, navigate, wanted]);

  if (sent) return <SentCard key={sent.linkId} {...{ sent, ask }} onStartOver={() => keep(undefined)} />;
  return (
    <Card title="OCMT" mark>
      <p className="text-quiet">
        Your own OpenClaw agent. What you tell it is sealed by your devices before it leaves them.
      </p>
      {wanted !== undefined && wanted !== "/home" && (
        <p className="rounded-lg border border-line p-3">
          <strong className="font-medium">Sign in first.</strong> Keep this window: it goes on to the page you asked for
          as soon as you are signed in.
        </p>
      )}
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <Field
          label="E-mail address"
          type="email"
          name="email"
          autoComplete="email"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Button type="submit" disabled={ask.isPending}>
          Send sign-in link
        </Button>
      </form>
      {ask.error && <Problem error={ask.error} />}
    </Card>
  );
}
