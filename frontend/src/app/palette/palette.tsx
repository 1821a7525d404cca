import { Dialog } from "@base-ui/react/dialog";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { useState } from "react";
import { useHotkeys } from "react-hotkeys-hook";
import { useAgents, useOrder } from "../../lib/agent-session/use-agents.ts";
import { usePreferences } from "../../lib/preferences.ts";
import { lockVault } from "../../lib/vault/vault.ts";
import { PLACES } from "../places.ts";
import { Shortcuts } from "./shortcuts.tsx";

const ENTRY = "flex min-h-9 cursor-pointer items-center gap-2 rounded-md px-2 data-[selected=true]:bg-page";

/** Everything by keyboard: where to go and what to do. Ctrl or Cmd with K opens it; `?` lists the keys. */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  const [isListing, setListing] = useState(false);
  const { shortcuts } = usePreferences();
  useHotkeys("mod+k", () => setOpen((was) => !was), { preventDefault: true, enableOnFormTags: true });
  useHotkeys("shift+slash", () => setListing(true), { enabled: shortcuts });
  return (
    <>
      <GoKeys isOn={shortcuts} />
      <Dialog.Root open={isOpen} onOpenChange={setOpen}>
        <Dialog.Portal>
          <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
          <Dialog.Popup className="fixed inset-x-4 top-[15dvh] z-50 mx-auto max-w-lg overflow-hidden rounded-lg border border-line bg-panel">
            <Dialog.Title className="sr-only">Go or act</Dialog.Title>
            <Command label="Go or act">
              <Command.Input
                autoFocus
                placeholder="Go to a page, or do something"
                className="min-h-11 w-full border-b border-line bg-panel px-4"
              />
              <Command.List className="max-h-80 overflow-y-auto p-1">
                <Command.Empty className="p-3 text-quiet">Nothing of this name.</Command.Empty>
                <Entries onDone={() => setOpen(false)} />
              </Command.List>
            </Command>
          </Dialog.Popup>
        </Dialog.Portal>
      </Dialog.Root>
      <Shortcuts isOpen={isListing} onClose={() => setListing(false)} />
    </>
  );
}

/** `g` and then a letter. */
function GoKeys({ isOn }: { isOn: boolean }) {
  const navigate = useNavigate();
  useHotkeys(
    PLACES.map(({ key }) => `g>${key}`),
    (_event, { keys }) => {
      const place = PLACES.find(({ key }) => key === keys?.at(-1));
      if (place) void navigate({ to: place.to });
    },
    { enabled: isOn, sequenceTimeoutMs: 1_000 },
  );
  return null;
}

function Entries({ onDone }: { onDone: () => void }) {
  const navigate = useNavigate();
  const agents = useAgents();
  const [first] = agents.data?.items ?? [];
  const done = (act: () => unknown) => () => {
    onDone();
    act();
  };
  return (
    <>
      <Command.Group heading="Go">
        {PLACES.map(({ to, name, icon: Icon }) => (
          <Command.Item key={to} className={ENTRY} onSelect={done(() => navigate({ to }))}>
            <Icon size={16} aria-hidden /> {name}
          </Command.Item>
        ))}
      </Command.Group>
      <Command.Group heading="Act">
        {first && <AgentEntries agentId={first.id} name={first.name} done={done} />}
        <Command.Item className={ENTRY} onSelect={done(lockVault)}>
          Lock vault
        </Command.Item>
      </Command.Group>
    </>
  );
}

interface AgentEntriesProps {
  readonly agentId: Parameters<typeof useOrder>[0];
  readonly name: string;
  readonly done: (act: () => unknown) => () => void;
}

function AgentEntries({ agentId, name, done }: AgentEntriesProps) {
  const order = useOrder(agentId);
  return (
    <>
      <Command.Item className={ENTRY} onSelect={done(() => order.mutate("wake"))}>
        Wake {name}
      </Command.Item>
      <Command.Item className={ENTRY} onSelect={done(() => order.mutate("stop"))}>
        Stop {name}
      </Command.Item>
    </>
  );
}
