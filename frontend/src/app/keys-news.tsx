import { Link } from "@tanstack/react-router";
import { RefreshCw } from "lucide-react";
import { Button } from "../components/button.tsx";
import type { Resealing } from "../lib/vault/keys/resealing.ts";
import { useResealing } from "../lib/vault/keys/use-resealing.ts";
import { useRootAge } from "../lib/vault/keys/use-root-age.ts";
import { useVault } from "../lib/vault/use-vault.ts";
import { goOnWithKeys } from "../lib/vault/vault.ts";

/** How far the sealing under new keys is; and, once a year, that it is time for new ones. */
export function KeysNews() {
  const vault = useVault();
  const news = useResealing();
  if (vault.is !== "open") return null;
  if (news.is === "running" || news.is === "failed") return <Progress news={news} />;
  return <Due />;
}

const NAMES = { vaults: "vaults", items: "items", agents: "agents" } as const;

function Progress({ news }: { news: Extract<Resealing, { is: "running" | "failed" }> }) {
  const progress = news.is === "running" ? news.progress : undefined;
  return (
    <div role="status" className="flex flex-wrap items-center gap-3 border-b border-line bg-panel px-4 py-2">
      <RefreshCw size={16} aria-hidden className="shrink-0 text-accent" />
      {news.is === "running" ? (
        <p className="tabular-nums">
          Sealing everything under your new keys
          {progress && `: ${progress.done} of ${progress.of} ${NAMES[progress.what]}`}. You can go on working.
        </p>
      ) : (
        <>
          <p>Not everything is under your new keys yet. Nothing is lost; it goes on where it was.</p>
          <Button look="plain" onClick={() => void goOnWithKeys()}>
            Go on
          </Button>
        </>
      )}
    </div>
  );
}

function Due() {
  const age = useRootAge();
  if (!age.data?.isDue) return null;
  return (
    <p className="border-b border-line bg-panel px-4 py-2">
      Your keys are more than a year old.{" "}
      <Link to="/settings/$section" params={{ section: "security" }} className="text-accent underline">
        Change all keys
      </Link>
    </p>
  );
}
