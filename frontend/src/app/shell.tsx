import { Outlet } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { SleepDialog } from "../components/agent/sleep-dialog.tsx";
import { useVault } from "../lib/vault/use-vault.ts";
import { KeysNews } from "./keys-news.tsx";
import { Bar } from "./rail/bar.tsx";
import { Rail } from "./rail/rail.tsx";

const UnlockCard = lazy(async () => ({ default: (await import("../components/vault/unlock-card.tsx")).UnlockCard }));
const RecoveredCard = lazy(async () => ({
  default: (await import("../components/vault/new-keys/recovered-card.tsx")).RecoveredCard,
}));
const RecoveryNews = lazy(async () => ({ default: (await import("./recovery-news.tsx")).RecoveryNews }));
const NewcomerNews = lazy(async () => ({ default: (await import("./newcomer-news.tsx")).NewcomerNews }));
const Palette = lazy(async () => ({ default: (await import("./palette/palette.tsx")).Palette }));

/** What stands around a page. A sealed one shows what the vault holds: while that is locked, the way to open it stands in its place. */
export function Shell({ isSealed }: { isSealed: boolean }) {
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
        <KeysNews />
        <Suspense>
          <RecoveryNews />
          <NewcomerNews />
        </Suspense>
        <Page isSealed={isSealed} />
      </main>
      <Bar />
      <SleepDialog />
      <Suspense>
        <Palette />
      </Suspense>
    </div>
  );
}

function Page({ isSealed }: { isSealed: boolean }) {
  const vault = useVault();
  const mustChangeKeys = vault.is === "open" && vault.mustChangeKeys;
  if (!mustChangeKeys && (!isSealed || vault.is === "open")) return <Outlet />;
  return (
    <Suspense>
      <div className="flex flex-1 items-center justify-center p-4">
        {mustChangeKeys ? <RecoveredCard /> : <UnlockCard />}
      </div>
    </Suspense>
  );
}
