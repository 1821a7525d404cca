import { Link } from "@tanstack/react-router";
import { KeyRound, RefreshCw, TriangleAlert } from "lucide-react";
import type { LeftBehind } from "#shared/client/rotation/finish-rotation.ts";
import { Button } from "../components/button.tsx";
import { type Resealing, resealing } from "../lib/vault/keys/resealing.ts";
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
  if (news.is === "left") return <Left left={news.left} />;
  if (news.is === "done" && news.left.keyKept.length > 0) return <KeyKept left={news.left} />;
  return <Due />;
}

const BAR = "flex flex-wrap items-center gap-3 border-b border-line bg-panel px-4 py-2";
const NAMES = { vaults: "vaults", items: "items", agents: "agents" } as const;

function Progress({ news }: { news: Extract<Resealing, { is: "running" | "failed" }> }) {
  const progress = news.is === "running" ? news.progress : undefined;
  return (
    <div role="status" className={BAR}>
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

/** By name: what could not be brought over, and what whoever is in charge of it can do. */
function Left({ left: { vaults, agents } }: { left: LeftBehind }) {
  const names = [
    ...vaults.map(({ name }) => (name === null ? "your own vault" : `the vault “${name}”`)),
    ...agents.map(({ name }) => `the agent “${name}”`),
  ];
  return (
    <div role="status" className={BAR}>
      <TriangleAlert size={16} aria-hidden className="shrink-0 text-bad" />
      <p>
        Not under your new keys yet: {listOf(names)}. Everything else is, and nothing is lost.
        {vaults.some(({ name }) => name !== null) &&
          " If a shared vault stays so, ask somebody who looks after it, or leave it."}
      </p>
      <Button look="plain" onClick={() => void goOnWithKeys()}>
        Try again
      </Button>
    </div>
  );
}

function KeyKept({ left: { keyKept } }: { left: LeftBehind }) {
  const names = keyKept.map(({ name }) => `“${name}”`);
  return (
    <div role="status" className={BAR}>
      <KeyRound size={16} aria-hidden className="shrink-0 text-accent" />
      <p>
        Everything is under your new keys. Still with the key from before: {listOf(names)}. It changes when somebody who
        looks after the vault opens it: ask them to.
      </p>
      <Button look="plain" onClick={() => resealing.change(() => ({ is: "none" }))}>
        OK
      </Button>
    </div>
  );
}

const listOf = (names: readonly string[]): string => new Intl.ListFormat("en").format(names);

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
