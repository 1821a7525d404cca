import { Dialog } from "@base-ui/react/dialog";
import { Link, useNavigate } from "@tanstack/react-router";
import { Bot, MessagesSquare, X } from "lucide-react";
import { type ComponentProps, useState } from "react";
import type { Conversation } from "#shared/channel/app-model.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { Seal, type SealTrouble } from "../../components/seal/seal.tsx";
import { ConversationList } from "./conversations/conversation-list.tsx";
import { ConversationTitle } from "./conversations/conversation-title.tsx";

interface ChatHeaderProps {
  readonly agent: Agent | undefined;
  readonly agents: readonly Agent[];
  readonly list: Omit<ComponentProps<typeof ConversationList>, "onPick">;
  readonly current: Conversation | undefined;
  readonly trouble: SealTrouble | undefined;
  readonly onRename: (title: string) => Promise<void>;
  readonly onDelete: () => Promise<void>;
}

/** Which conversation, and with whom. How they are is said below it, once. */
export function ChatHeader({ agent, agents, list, current, trouble, onRename, onDelete }: ChatHeaderProps) {
  return (
    <header className="flex min-h-14 flex-wrap items-center gap-x-2 border-b border-line px-4 py-1.5">
      <ListDrawer {...list} />
      <ConversationTitle
        key={list.currentId}
        conversation={current}
        agentName={agent?.name ?? "your agent"}
        {...{ onRename, onDelete }}
      />
      <div className="flex min-w-0 items-center gap-2">
        <Seal kind="conversation" trouble={trouble} />
        {agents.length > 1 && <AgentPicker agents={agents} agentId={list.agentId} />}
        {agent && (
          <Link
            to="/agents/$agentId"
            params={{ agentId: agent.id }}
            className="flex min-h-9 min-w-0 items-center gap-1.5 truncate rounded-lg px-2 text-[13px] text-quiet hover:text-ink"
          >
            <Bot size={16} aria-hidden /> About {agent.name}
          </Link>
        )}
      </div>
    </header>
  );
}

function AgentPicker({ agents, agentId }: { agents: readonly Agent[]; agentId: Agent["id"] }) {
  const navigate = useNavigate();
  return (
    <select
      aria-label="Agent"
      className="min-h-9 max-w-36 rounded-lg border border-line bg-panel px-2"
      value={agentId}
      onChange={(event) => void navigate({ to: "/chat/$agentId", params: { agentId: event.target.value } })}
    >
      {agents.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

/** The list on a small screen, which has no room beside the conversation. */
function ListDrawer(list: ChatHeaderProps["list"]) {
  const [isOpen, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger
        aria-label="Conversations"
        className="-ml-2 flex size-9 shrink-0 cursor-pointer items-center justify-center rounded-lg text-quiet hover:text-ink lg:hidden"
      >
        <MessagesSquare size={18} aria-hidden />
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-black/40" />
        <Dialog.Popup className="fixed inset-y-0 left-0 z-50 flex w-80 max-w-[85vw] flex-col border-r border-line bg-page">
          <div className="flex items-center justify-between border-b border-line py-1.5 pr-2 pl-4">
            <Dialog.Title className="font-semibold">Conversations</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="flex size-9 cursor-pointer items-center justify-center rounded-lg text-quiet hover:text-ink"
            >
              <X size={18} aria-hidden />
            </Dialog.Close>
          </div>
          <ConversationList
            {...list}
            onPick={close}
            onNew={() => {
              close();
              list.onNew();
            }}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
