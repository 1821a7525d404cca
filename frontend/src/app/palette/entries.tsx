import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Keyboard, Lock, LogOut, SunMoon } from "lucide-react";
import { useAgents } from "../../lib/agent-session/use-agents.ts";
import { useSessions } from "../../lib/agent-session/use-sessions.ts";
import { changePreferences, usePreferences } from "../../lib/preferences.ts";
import { useSignOut } from "../../lib/vault/use-sign-out.ts";
import { lockVault } from "../../lib/vault/vault.ts";
import { PLACES } from "../places.ts";
import { AgentEntries } from "./agent-entries.tsx";
import { Entry } from "./entry.tsx";
import { Recent } from "./recent.tsx";

interface EntriesProps {
  readonly onDone: () => void;
  readonly onKeys: () => void;
}

/** Where to go and what to do, each as it makes sense at this moment. */
export function Entries({ onDone, onKeys }: EntriesProps) {
  const navigate = useNavigate();
  const agents = useAgents();
  const sessions = useSessions();
  const [first] = agents.data?.items ?? [];
  const done = (act: () => unknown) => () => {
    onDone();
    act();
  };
  return (
    <>
      <Command.Group heading="Go">
        {PLACES.map(({ to, name, icon }) => (
          <Entry key={to} icon={icon} says={name} onPick={done(() => navigate({ to }))} />
        ))}
      </Command.Group>
      {first && sessions && <Recent agentId={first.id} sessions={sessions} done={done} />}
      <Command.Group heading="Act">
        {first && <AgentEntries agent={first} done={done} />}
        {sessions && <Entry icon={Lock} says="Lock vault" onPick={done(lockVault)} />}
        <Themes done={done} />
        <Entry icon={Keyboard} says="Keys" onPick={done(onKeys)} />
        <SignOut />
      </Command.Group>
    </>
  );
}

const THEMES = { system: "Theme as the system", light: "Light theme", dark: "Dark theme" } as const;

function Themes({ done }: { done: (act: () => unknown) => () => void }) {
  const { theme } = usePreferences();
  const others = (["system", "light", "dark"] as const).filter((one) => one !== theme);
  return others.map((one) => (
    <Entry key={one} icon={SunMoon} says={THEMES[one]} onPick={done(() => changePreferences({ theme: one }))} />
  ));
}

/** The palette stays until the page goes: it would take the request's own life with it. */
function SignOut() {
  const leave = useSignOut();
  return (
    <Entry
      icon={LogOut}
      says={leave.error ? "Sign out (the service did not answer; try again)" : "Sign out"}
      onPick={() => leave.mutate()}
    />
  );
}
