import { Navigate, Outlet, useLocation, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useState } from "react";
import { isSignedOut } from "#shared/client/api-client.ts";
import { PageWaiting } from "../components/page-waiting.tsx";
import { StillYou } from "../components/still-you/still-you.tsx";
import { useChecklist, useMe } from "../lib/use-me.ts";
import { lockVault } from "../lib/vault/vault.ts";
import { LockWarning } from "./lock-warning.tsx";

/** The first steps have no rail around them, and need not wait for it. */
const Shell = lazy(async () => ({ default: (await import("./shell.tsx")).Shell }));

const SEALED = /^\/(chat|agents|vault|people\/lending)(\/|$)/;

/** Who may see the pages of someone who is signed in, and where everyone else goes. */
export function Frame() {
  const { pathname } = useLocation();
  const query = useMe();
  const { me, data, error } = query;
  const checklist = useChecklist(me !== undefined);
  if (isSignedOut(error)) return data ? <Ended /> : <SignInFirst wanted={pathname} />;
  // what was read once stays: a connection that fails for a moment takes no page away
  if (!data) {
    return (
      <main className="flex min-h-dvh">
        <h1 className="sr-only">OCMT</h1>
        <PageWaiting query={query} />
      </main>
    );
  }
  const isNew = !me || checklist.data?.passphrase === false;
  if (isNew && pathname !== "/start") return <Navigate to="/start" />;
  return (
    <>
      <Suspense>
        {/* the first steps stand alone: were the shell put around them after the first, they would begin anew and forget the words */}
        {pathname === "/start" ? <Outlet /> : <Shell isSealed={SEALED.test(pathname)} />}
      </Suspense>
      <LockWarning />
      <StillYou email={data.user.email} />
    </>
  );
}

/** Goes once, with the page as it was asked for: the address is another before this one is gone. */
function SignInFirst({ wanted }: { wanted: string }) {
  const navigate = useNavigate();
  const [asked] = useState(wanted);
  useEffect(() => void navigate({ to: "/", replace: true, state: { wanted: asked } }), [navigate, asked]);
  return null;
}

/** The session was ended elsewhere. A new page: nothing that was read or opened in it stays in memory. */
function Ended() {
  useEffect(() => {
    lockVault();
    location.replace("/");
  }, []);
  return null;
}
