import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Problem } from "../../components/problem.tsx";
import { identity, session } from "../../lib/api.ts";

/** Who is signed in, and the organisations they belong to. */
export function HomePage() {
  const navigate = useNavigate();
  const me = useQuery({ queryKey: ["me"], queryFn: () => identity.me({}) });
  const leave = useMutation({
    mutationFn: () => identity.signOut({}),
    onSuccess: () => {
      session.forget();
      location.assign("/"); // a new page: nothing read before is left in memory
    },
  });

  if (me.error) {
    return (
      <Card title="You are not signed in">
        <Problem error={me.error} />
        <Button onClick={() => void navigate({ to: "/" })}>Sign in</Button>
      </Card>
    );
  }
  return (
    <Card title="Signed in">
      <p className="break-all">{me.data?.user.email ?? "One moment."}</p>
      <ul>
        {me.data?.memberships.map(({ tenantId, name, role }) => (
          <li key={tenantId}>
            {name} · {role}
          </li>
        ))}
      </ul>
      {leave.error && <Problem error={leave.error} />}
      <Button look="plain" onClick={() => leave.mutate()}>
        Sign out
      </Button>
    </Card>
  );
}
