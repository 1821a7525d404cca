import { Link } from "@tanstack/react-router";
import { KeyRound, RefreshCw, TriangleAlert } from "lucide-react";
import type { LeftBehind } from "#shared/client/rotation/finish-rotation.ts";
import type { Which } from "#shared/client/vault/state.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { Button } from "../components/button.tsx";
import { Problem } from "../components/problem.tsx";
import type { Care } from "../lib/vault/keys/care-news.ts";
import { type Resealing, resealing } from "../lib/vault/keys/resealing.ts";
import { useCare, useResealing } from "../lib/vault/keys/use-resealing.ts";
import { useRootAge } from "../lib/vault/keys/use-root-age.ts";
import { useVault } from "../lib/vault/use-vault.ts";
import { getOpenVault, goOnWithKeys } from "../lib/vault/vault.ts";

/** How far the sealing under new keys is, of all or of one vault; and, once a year, that it is time for new ones. */
export function KeysNews() {
  const vault = useVault();
  const cared = useCare();
  if (vault.is !== "open") return null;
  return (
    <>
      <OfAccount />
      {cared.map((care) => (
        <OfVault key={care.which} care={care} />
      ))}
    </>
  );
}

function OfAccount() {
  const news = useResealing();
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
        <p className="min-w-0 flex-1 tabular-nums">
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
        looks after the vault next unlocks theirs in a browser: ask them to.
      </p>
      <Button look="plain" onClick={() => resealing.change(() => ({ is: "none" }))}>
        OK
      </Button>
    </div>
  );
}

/** The key of one vault, where it is time for another, and how far the items are sealed under the newest. */
function OfVault({ care }: { care: Care }) {
  const { which, trouble } = care;
  return (
    <div className={BAR}>
      <RefreshCw size={16} aria-hidden className="shrink-0 text-accent" />
      <p role="status" className="min-w-0 flex-1 tabular-nums">
        {sayCare(care)}
      </p>
      {trouble && !trouble.isTriedAgain && (
        <>
          {trouble.error instanceof CryptoError ? <DoesNotHold which={which} /> : <Problem error={trouble.error} />}
          <Button look="plain" onClick={() => getOpenVault().care.again(which)}>
            Try again
          </Button>
        </>
      )}
    </div>
  );
}

/** Nothing is sealed to keys that this account does not accept, and nothing into a vault that does not hold: its page says which it is. */
function DoesNotHold({ which }: { which: Which }) {
  const look = { className: "text-accent underline", children: "Look at the vault and its members" };
  return (
    <p role="alert" className="text-bad">
      It stopped: somebody's keys are not the ones you accepted, or what the service shows does not hold.{" "}
      {which === "own" ? (
        <Link to="/vault" {...look} />
      ) : (
        <Link to="/vault/in/$vaultId" params={{ vaultId: which }} {...look} />
      )}
    </p>
  );
}

function sayCare({ name, does, trouble }: Care): string {
  const whose = name === null ? "your own vault" : `“${name}”`;
  if (does.is === "changing")
    return `${WHY[does.due](whose, does.days)}${trouble?.isTriedAgain ? " The service does not answer; it is tried again." : ""}`;
  const changed = `The key of ${whose} has changed.`;
  const count = `${does.done} of ${does.of}`;
  if (!trouble) return `${changed} Sealing the items anew: ${count}. You can go on working.`;
  const rest = trouble.isTriedAgain ? "; the rest follows when the service answers" : "";
  return `${changed} ${count} items are sealed under it${rest}.`;
}

const WHY = {
  age: (whose: string, days: number) =>
    `The key of ${whose} is ${days} days old, and is changed every 90. It is being changed now.`,
  left: (whose: string) => `Somebody who could read ${whose} has left it. Its key is being changed now.`,
  renewed: (whose: string) => `A member of ${whose} has changed all their keys. Its key is being changed now, too.`,
} as const;

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
