import { Link, useSearch } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { useEffect, useState } from "react";
import type { Me } from "#shared/contracts/identity.ts";
import { Button } from "../../components/button.tsx";
import { PageWaiting } from "../../components/page-waiting.tsx";
import { Problem } from "../../components/problem.tsx";
import { RecoveredCard } from "../../components/vault/new-keys/recovered-card.tsx";
import { UnlockCard } from "../../components/vault/unlock-card.tsx";
import { useAgents } from "../../lib/agent-session/use-agents.ts";
import { useChecklist, useMe } from "../../lib/use-me.ts";
import { useSwitch } from "../../lib/use-switch.ts";
import { useSignOut } from "../../lib/vault/use-sign-out.ts";
import { useVault } from "../../lib/vault/use-vault.ts";
import { describeStep, findCurrent, NOTHING_DONE, STEPS } from "./describe-start.ts";
import { Step } from "./step.tsx";
import { AgentStep } from "./steps/agent-step.tsx";
import { FirstMessageStep } from "./steps/first-message-step.tsx";
import { OrganisationStep } from "./steps/organisation-step.tsx";
import { PassphraseStep } from "./steps/passphrase-step.tsx";
import { RecoveryStep } from "./steps/recovery-step.tsx";

const TITLES = {
  organisation: "Your organisation",
  passphrase: "Vault passphrase",
  recovery: "Recovery phrase",
  agent: "Your agent",
  firstMessage: "First message",
} as const;

/** The first day, on one page: what is done, what is next. It goes on where it was left. */
export function StartPage() {
  const { me, data } = useMe();
  const search: { new?: unknown } = useSearch({ strict: false });
  const isFounding = !me || Boolean(search.new);
  const list = useChecklist(!isFounding);
  const [words, setWords] = useWords();
  const done = isFounding ? NOTHING_DONE : list.data;
  const current = done && findCurrent(done);
  const mine = useAgents(!isFounding && current === "firstMessage");

  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-2xl flex-col gap-6 p-4 sm:py-10">
      <Header title={done && !current ? "All set" : "Set up"} email={data?.user.email} />
      {me && isFounding && (
        <Link to="/home" className="text-accent underline">
          Back to {me.tenantName}
        </Link>
      )}
      {!isFounding && data && <Elsewhere memberships={data.memberships} here={me.tenantId} />}
      {!done && <PageWaiting query={list} />}
      {done && (
        <ol className="flex flex-col gap-3">
          {STEPS.map((name) => (
            <Step
              key={name}
              title={TITLES[name]}
              state={describeStep(name, done, mine.data?.items[0]?.state)}
              note={name === "organisation" ? me?.tenantName : undefined}
            >
              {name === "organisation" && <OrganisationStep />}
              {name === "passphrase" && me && <PassphraseStep me={me} onWords={setWords} />}
              {name === "recovery" && <Opened>{<RecoveryStep words={words} onWords={setWords} />}</Opened>}
              {name === "agent" && <Opened>{<AgentStep />}</Opened>}
              {name === "firstMessage" && <Opened>{<FirstMessageStep />}</Opened>}
            </Step>
          ))}
        </ol>
      )}
      {done && !current && <ToChat />}
    </main>
  );
}

/** Shown once, only in memory, and forgotten with the keys when the vault locks. */
function useWords() {
  const isLocked = useVault().is === "locked";
  const state = useState<string>();
  const [, setWords] = state;
  useEffect(() => {
    if (isLocked) setWords(undefined);
  }, [isLocked]);
  return state;
}

function Header({ title, email }: { title: string; email: string | undefined }) {
  const leave = useSignOut();
  return (
    <header className="flex print:hidden flex-wrap items-baseline justify-between gap-2">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="text-quiet">
        <span className="break-all">{email}</span> ·{" "}
        <button type="button" className="min-h-6 cursor-pointer underline" onClick={() => leave.mutate()}>
          Sign out
        </button>
      </p>
    </header>
  );
}

/** Who joined one more organisation has no rail here yet that leads to the others. */
function Elsewhere({ memberships, here }: { memberships: Me["memberships"]; here: string }) {
  const change = useSwitch();
  const others = memberships.filter(({ tenantId }) => tenantId !== here);
  return (
    <div className="flex flex-wrap gap-2 empty:hidden">
      {others.map(({ tenantId, name }) => (
        <Button key={tenantId} look="plain" disabled={change.isPending} onClick={() => change.mutate(tenantId)}>
          <Building2 size={16} aria-hidden /> Go to {name}
        </Button>
      ))}
      {change.error && <Problem error={change.error} />}
    </div>
  );
}

const ToChat = () => (
  <div>
    <Link to="/chat" className="inline-flex min-h-9 items-center rounded-lg bg-accent px-3 font-medium text-on-accent">
      Go to the chat
    </Link>
  </div>
);

/** What follows needs the keys: after a reload they are opened again first. */
function Opened({ children }: { children: React.ReactNode }) {
  const vault = useVault();
  if (vault.is !== "open") return <UnlockCard />;
  return vault.mustChangeKeys ? <RecoveredCard /> : children;
}
