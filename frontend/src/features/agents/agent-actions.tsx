import { Moon, Pause, Play, Trash2 } from "lucide-react";
import { type ReactNode, useState } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import { describeKept, mayBeTold } from "../../components/agent/orders.ts";
import { useSleep } from "../../components/agent/use-sleep.ts";
import { Button } from "../../components/button.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Problem } from "../../components/problem.tsx";
import { formatBytes } from "../../lib/format-bytes.ts";

/** What can be done with an agent in its present state, and what is kept. */
export function AgentActions({ agent }: { agent: Agent }) {
  const [isRemoving, setRemoving] = useState(false);
  const { order, sleep, wake } = useSleep(agent);
  const { state } = agent;
  const isBusy = order.isPending;
  const kept = describeKept(agent);
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap gap-2">
        {mayBeTold("wake", state) && (
          <Button disabled={isBusy} onClick={wake}>
            <Label icon={<Play size={16} aria-hidden />}>{state === "paused" ? "Continue" : "Wake"}</Label>
          </Button>
        )}
        {mayBeTold("stop", state) && (
          <Button look="plain" disabled={isBusy} onClick={sleep}>
            <Label icon={<Moon size={16} aria-hidden />}>Sleep</Label>
          </Button>
        )}
        {mayBeTold("pause", state) && (
          <Button look="plain" disabled={isBusy} onClick={() => order.mutate("pause")}>
            <Label icon={<Pause size={16} aria-hidden />}>Pause</Label>
          </Button>
        )}
        {mayBeTold("remove", state) && (
          <Button look="plain" disabled={isBusy} onClick={() => setRemoving(true)}>
            <Label icon={<Trash2 size={16} aria-hidden className="text-bad" />}>Delete</Label>
          </Button>
        )}
      </div>
      {kept && <p className="text-[13px] text-quiet">{kept}</p>}
      {order.error && <Problem error={order.error} />}
      <RemoveDialog
        agent={agent}
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        onRemove={() => order.mutateAsync("remove")}
      />
    </div>
  );
}

const Label = ({ icon, children }: { icon: ReactNode; children: ReactNode }) => (
  <span className="inline-flex items-center gap-1.5">
    {icon}
    {children}
  </span>
);

interface RemoveDialogProps {
  readonly agent: Agent;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onRemove: () => Promise<unknown>;
}

const RemoveDialog = ({ agent, isOpen, onClose, onRemove }: RemoveDialogProps) => (
  <ConfirmDialog
    {...{ isOpen, onClose }}
    title={`Delete ${agent.name} for good?`}
    action={`Delete ${agent.name}`}
    typed={agent.name}
    onConfirm={onRemove}
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
