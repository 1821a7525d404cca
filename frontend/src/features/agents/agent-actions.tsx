import { Moon, Pause, Play, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import { formatBytes } from "../../components/agent/describe-agent.ts";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import type { Order } from "../../lib/agent-session/use-agents.ts";

const MAY: Record<Order, readonly Agent["state"][]> = {
  wake: ["paused", "stopped", "crashed"],
  pause: ["running"],
  stop: ["running", "paused", "locked"],
  remove: ["provisioning", "starting", "locked", "running", "paused", "stopping", "stopped", "crashed"],
};

interface AgentActionsProps {
  readonly agent: Agent;
  readonly isBusy: boolean;
  readonly onOrder: (order: Order) => Promise<unknown>;
}

/** What can be done with an agent in its present state. */
export function AgentActions({ agent, isBusy, onOrder }: AgentActionsProps) {
  const [asks, setAsks] = useState<"stop" | "remove">();
  const may = (order: Order) => MAY[order].includes(agent.state);
  const now = (order: Order) => () => void onOrder(order).catch(() => undefined); // the page shows the mutation's error
  return (
    <div className="flex flex-wrap gap-2">
      {may("wake") && (
        <Button disabled={isBusy} onClick={now("wake")}>
          <Label icon={<Play size={16} aria-hidden />}>{agent.state === "paused" ? "Continue" : "Wake"}</Label>
        </Button>
      )}
      {may("pause") && (
        <Button look="plain" disabled={isBusy} onClick={now("pause")}>
          <Label icon={<Pause size={16} aria-hidden />}>Pause</Label>
        </Button>
      )}
      {may("stop") && (
        <Button look="plain" disabled={isBusy} onClick={() => setAsks("stop")}>
          <Label icon={<Moon size={16} aria-hidden />}>Put to sleep</Label>
        </Button>
      )}
      {may("remove") && (
        <Button look="plain" disabled={isBusy} onClick={() => setAsks("remove")}>
          <Label icon={<Trash2 size={16} aria-hidden className="text-bad" />}>Delete</Label>
        </Button>
      )}
      <StopDialog agent={agent} isOpen={asks === "stop"} onClose={() => setAsks(undefined)} onOrder={onOrder} />
      <RemoveDialog agent={agent} isOpen={asks === "remove"} onClose={() => setAsks(undefined)} onOrder={onOrder} />
    </div>
  );
}

const Label = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5">
    {icon}
    {children}
  </span>
);

interface AskProps extends Pick<AgentActionsProps, "agent" | "onOrder"> {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

const StopDialog = ({ agent, isOpen, onClose, onOrder }: AskProps) => (
  <ConfirmDialog
    {...{ isOpen, onClose }}
    title={`Put ${agent.name} to sleep?`}
    action={`Put ${agent.name} to sleep`}
    onConfirm={() => onOrder("stop")}
  >
    <p>Its state is sealed and its task ends. An answer it is writing is cut off; what was written so far is kept.</p>
    {agent.state === "locked" && <p>It was not unlocked since its start, so it goes back to its last sealed state.</p>}
    <p className="text-quiet">It wakes again when you write to it, or here.</p>
  </ConfirmDialog>
);

const RemoveDialog = ({ agent, isOpen, onClose, onOrder }: AskProps) => (
  <ConfirmDialog
    {...{ isOpen, onClose }}
    title={`Delete ${agent.name} for good?`}
    action={`Delete ${agent.name}`}
    typed={agent.name}
    onConfirm={() => onOrder("remove")}
  >
    <p>
      All its conversations, its memory and files, and the model key sealed for it are lost
      {agent.saved ? `: ${formatBytes(agent.saved.bytes)} of sealed state` : ""}
      {agent.queued > 0 ? `, and ${agent.queued} queued ${agent.queued === 1 ? "message" : "messages"}` : ""}.
    </p>
    <p className="font-medium">
      You cannot bring it back. What backups hold of it stays sealed, and is gone after 35 days.
    </p>
  </ConfirmDialog>
);
