import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { ApiError } from "#shared/client/api-client.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Problem } from "../../components/problem.tsx";
import { readSecret } from "../../lib/fragment.ts";
import { redeemSecret } from "./redeem-secret.ts";

/** A sign-in link was opened: here it signs in, or confirms that it is still the same person; in another browser it shows the digits to type in the first. */
export function LinkPage() {
  const secret = readSecret("link");
  const navigate = useNavigate();
  // a query, not an effect: a page that is drawn twice still redeems once
  const redeemed = useQuery({
    queryKey: ["link"],
    queryFn: () => redeemSecret(secret ?? ""),
    enabled: secret !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const done = redeemed.data?.kind === "signed-in";
  useEffect(() => {
    if (done) void navigate({ to: "/home", replace: true });
  }, [done, navigate]);

  if (!secret) return <Ended {...UNKNOWN} text="Open the link in the mail once more, or ask for a new one." />;
  if (redeemed.error instanceof ApiError && redeemed.error.code in ENDED) {
    return <Ended {...ENDED[redeemed.error.code as keyof typeof ENDED]} />; // it is one of its keys
  }
  if (redeemed.data?.kind === "confirmed") {
    return (
      <Card title="It is you">
        <p>Go back to the page that asked: it goes on by itself. This one can be closed.</p>
        <Link className="text-accent underline" to="/home">
          Go on here
        </Link>
      </Card>
    );
  }
  if (redeemed.data?.kind === "code") {
    return (
      <Card title="Type these digits in the other browser">
        <p className="font-mono text-3xl tracking-widest">{redeemed.data.code}</p>
        <p className="text-quiet">
          The link was asked for on {redeemed.data.device}. If that was not you, close this page.
        </p>
      </Card>
    );
  }
  if (!redeemed.error) return <Card title="Signing in">{<p>One moment.</p>}</Card>;
  return (
    <Card title="Not signed in yet">
      <Problem error={redeemed.error} />
      <Button look="plain" disabled={redeemed.isFetching} onClick={() => void redeemed.refetch()}>
        Try again
      </Button>
    </Card>
  );
}

const UNKNOWN = {
  title: "This link cannot be used",
  text: "Open the newest link in your mail, or ask for a new one.",
  way: "Ask for a new link",
};
const ENDED = {
  "link.invalid": UNKNOWN,
  "link.used": {
    title: "This link was used",
    text: "A link works once. Go on if it signed you in here; if not, you can ask for a new one on the next page.",
    way: "Go on",
  },
  "link.expired": {
    title: "This link has expired",
    text: "A link works for 15 minutes, and those of this one are over. Ask for a new one.",
    way: "Ask for a new link",
  },
};

function Ended({ title, text, way }: typeof UNKNOWN) {
  return (
    <Card title={title}>
      <p>{text}</p>
      <Link className="text-accent underline" to="/">
        {way}
      </Link>
    </Card>
  );
}
