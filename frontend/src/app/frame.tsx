import { Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { lazy, Suspense, useEffect } from "react";
import { ApiError } from "#shared/client/api-client.ts";
import { PageWaiting } from "../components/page-waiting.tsx";
import { useMe } from "../lib/use-me.ts";
import { useHasKeyring, useVault } from "../lib/vault/use-vault.ts";
import { lockVault } from "../lib/vault/vault.ts";
import { Bar } from "./rail/bar.tsx";
import { Rail } from "./rail/rail.tsx";

const UnlockCard = lazy(async () => ({ default: (await import("../features/unlock/unlock-card.tsx")).UnlockCard }));
const Palette = lazy(async () => ({ default: (await import("./palette/palette.tsx")).Palette }));

/** These show what the vault holds: while it is locked, the way to open it stands in their place. */
const SEALED = /^\/(chat|agents)(\/|$)/;

/** What stands around every page of someone who is signed in. */
export function Frame() {
  const { pathname } = useLocation();
  const query = useMe();
  const { me, data, error } = query;
  const keyring = useHasKeyring(me !== undefined);
  const isOut = error instanceof ApiError && error.problem?.status === 401;
  if (isOut) return data ? <Ended /> : <Navigate to="/" />;
  // what was read once stays: a connection that fails for a moment takes no page away
  if (!data) {
    return (
      <main className="flex min-h-dvh">
        <h1 className="sr-only">OCMT</h1>
        <PageWaiting query={query} />
      </main>
    );
  }
  const isNew = !me || keyring.data === false;
  if (isNew && pathname !== "/start") return <Navigate to="/start" />;
  // always alone: were the frame put around it when the first step is done, it would begin anew and forget the words it shows
  if (pathname === "/start") return <Outlet />;
  return (
    <div className="flex min-h-dvh flex-col lg:h-dvh lg:flex-row">
      <a
        href="#page"
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:rounded-lg focus:bg-panel focus:p-2"
      >
        Skip to the page
      </a>
      <Rail />
      <main id="page" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col overflow-y-auto pb-16 lg:pb-0">
        <Page isSealed={SEALED.test(pathname)} />
      </main>
      <Bar />
      <Suspense>
        <Palette />
      </Suspense>
    </div>
  );
}

/** The session was ended elsewhere. A new page: nothing that was read or opened in it stays in memory. */
function Ended() {
  useEffect(() => {
    lockVault();
    location.replace("/");
  }, []);
  return null;
}

function Page({ isSealed }: { isSealed: boolean }) {
  const vault = useVault();
  if (!isSealed || vault.is === "open") return <Outlet />;
  return (
    <Suspense>
      <div className="flex flex-1 items-center justify-center p-4">
        <UnlockCard />
      </div>
    </Suspense>
  );
}
