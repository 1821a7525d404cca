import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { MessageSquare } from "lucide-react";
import { useSyncExternalStore } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import type { Sessions } from "../../lib/agent-session/sessions.ts";
import { Entry } from "./entry.tsx";

const MOST = 5;

interface RecentProps {
  readonly agentId: Agent["id"];
  readonly sessions: Sessions;
  readonly done: (act: () => unknown) => () => void;
}

/** The newest conversations, as this unlocked device knows them. */
export function Recent({ agentId, sessions, done }: RecentProps) {
  const navigate = useNavigate();
  const { view } = sessions.of(agentId);
  const { conversations = [] } = useSyncExternalStore(view.subscribe, view.get);
  if (conversations.length === 0) return null;
  return (
    <Command.Group heading="Recent">
      {conversations.slice(0, MOST).map(({ id, title }) => (
        <Entry
          key={id}
          id={id}
          icon={MessageSquare}
          says={title || "Without a title"}
          onPick={done(() =>
            navigate({ to: "/chat/$agentId/$conversationId", params: { agentId, conversationId: id } }),
          )}
        />
      ))}
    </Command.Group>
  );
}
