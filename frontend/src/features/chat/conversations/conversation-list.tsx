import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import type { Conversation } from "#shared/channel/app-model.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import type { Id } from "#shared/ids.ts";
import { Button } from "../../../components/button.tsx";
import { RelativeTime } from "../../../components/relative-time.tsx";

interface ConversationListProps {
  readonly agentId: Agent["id"];
  readonly conversations: readonly Conversation[] | undefined;
  readonly currentId: Id<"conversation">;
  readonly onNew: () => void;
  readonly onPick?: () => void;
}

/** The conversations with one agent, newest first. */
export function ConversationList({ agentId, conversations, currentId, onNew, onPick }: ConversationListProps) {
  return (
    <nav aria-label="Conversations" className="flex min-h-0 flex-1 flex-col gap-2 p-3">
      <Button look="plain" onClick={onNew}>
        <span className="inline-flex items-center gap-1.5">
          <Plus size={16} aria-hidden />
          New conversation
        </span>
      </Button>
      {conversations === undefined && <p className="px-3 py-2 text-quiet">The list comes with the agent.</p>}
      {conversations?.length === 0 && <p className="px-3 py-2 text-quiet">None yet.</p>}
      <ul className="flex min-h-0 flex-1 flex-col gap-0.5 overflow-y-auto">
        {conversations?.map(({ id, title, lastAt }) => (
          <li key={id}>
            <Link
              to="/chat/$agentId/$conversationId"
              params={{ agentId, conversationId: id }}
              aria-current={id === currentId ? "page" : undefined}
              onClick={onPick}
              className="flex flex-col rounded-lg border border-transparent px-3 py-1.5 hover:border-line aria-[current=page]:border-line aria-[current=page]:bg-panel"
            >
              <span className="truncate">{title || "Without a title"}</span>
              <span className="text-[13px] text-quiet">
                <RelativeTime at={new Date(lastAt).toISOString()} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
