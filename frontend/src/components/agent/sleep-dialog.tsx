import { useSyncExternalStore } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import { useOrder } from "../../lib/agent-session/use-agents.ts";
import { ConfirmDialog } from "../confirm-dialog.tsx";
import { askedAbout } from "./use-sleep.ts";

/** Asks about the agent that would be cut short. One for all pages. */
export function SleepDialog() {
  const agent = useSyncExternalStore(askedAbout.subscribe, askedAbout.get);
  return agent ? <Ask agent={agent} /> : null;
}

function Ask({ agent }: { agent: Agent }) {
  const order = useOrder(agent.id);
  return (
    <ConfirmDialog
      isOpen
      title={`${agent.name} is answering`}
      action={`Put ${agent.name} to sleep`}
      keep={`Let ${agent.name} answer`}
      onClose={() => askedAbout.change(() => undefined)}
      onConfirm={() => order.mutateAsync("stop")}
    >
      <p>Asleep, it writes no further. What is written so far is kept in its sealed state.</p>
      <p className="text-quiet">It wakes again when you write to it.</p>
    </ConfirmDialog>
  );
}
