import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { Checklist } from "#shared/contracts/agents.ts";
import { Problem } from "../../components/problem.tsx";
import { agents } from "../../lib/api.ts";
import { useMe } from "../../lib/use-me.ts";
import { useSignOut } from "../../lib/vault/use-sign-out.ts";
import { useVault } from "../../lib/vault/use-vault.ts";
import { UnlockCard } from "../unlock/unlock-card.tsx";
import { AgentStep } from "./agent-step.tsx";
import { FirstMessageStep } from "./first-message-step.tsx";
import { OrganisationStep } from "./organisation-step.tsx";
import { PassphraseStep } from "./passphrase-step.tsx";
import { RecoveryStep } from "./recovery-step.tsx";
import { Step } from "./step.tsx";

const NOTHING: Checklist = {
  organisation: false,
  passphrase: false,
  recovery: false,
  agent: false,
  firstMessage: false,
};
const ORDER = ["organisation", "passphrase", "recovery", "agent", "firstMessage"] as const;
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
  const list = useQuery({
    queryKey: ["checklist"],
    queryFn: () => agents.checklist({}),
    enabled: !isFounding,
  });
  const leave = useSignOut();
  const [words, setWords] = useState<string>(); // shown once, and only in memory
  const done = isFounding ? NOTHING : list.data;
  const current = done && ORDER.find((name) => !done[name]);

  return (
    <main className="mx-auto flex min-h-dvh w-full max-w-2xl flex-col gap-6 p-4 sm:py-10">
      <header className="flex flex-wrap items-baseline justify-between gap-2">
        <h1 className="text-xl font-semibold">{current ? "Set up" : "All set"}</h1>
        <p className="text-quiet">
          <span className="break-all">{data?.user.email}</span> ·{" "}
          <button type="button" className="min-h-6 cursor-pointer underline" onClick={() => leave.mutate()}>
            Sign out
          </button>
        </p>
      </header>
      {list.error && <Problem error={list.error} />}
      {done && (
        <ol className="flex flex-col gap-3">
          {ORDER.map((name) => (
            <Step
              key={name}
              title={TITLES[name]}
              state={stateOf(name, current, done)}
              note={noteOf(name, me?.tenantName)}
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
    </main>
  );
}

type Name = (typeof ORDER)[number];

function stateOf(name: Name, current: Name | undefined, done: Checklist) {
  if (done[name]) return "done";
  return name === current ? "current" : "waiting";
}

const noteOf = (name: Name, tenantName: string | undefined): string | undefined =>
  name === "organisation" ? tenantName : undefined;

/** What follows needs the keys: after a reload they are opened again first. */
function Opened({ children }: { children: React.ReactNode }) {
  const vault = useVault();
  return vault.is === "open" ? children : <UnlockCard />;
}
