import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { Agent } from "#shared/contracts/agents.ts";
import { type Id, newId } from "#shared/ids.ts";
import type { Sessions } from "../../lib/agent-session/sessions.ts";
import { useOrder } from "../../lib/agent-session/use-agents.ts";
import { useModel } from "../../lib/agent-session/use-model.ts";
import { listConversations } from "../../lib/agent-session/view/say.ts";
import { useIsLocal } from "../../lib/stage.ts";
import { ChatHeader } from "./chat-header.tsx";
import { ChatView } from "./chat-view.tsx";
import { ConversationList } from "./conversations/conversation-list.tsx";
import { describeSeal } from "./status/describe-seal.ts";
import { isDemo } from "./thread/suggest.ts";

type Cid = Id<"conversation">;

interface AgentChatProps {
  readonly sessions: Sessions;
  readonly agentId: Agent["id"];
  readonly agents: readonly Agent[];
  /** Of the address; without one it is the newest, or one that begins. */
  readonly conversationId: Cid | undefined;
}

/** The conversations with one agent: the list, and the one that is open. */
export function AgentChat({ sessions, agentId, agents, conversationId }: AgentChatProps) {
  const [round, setRound] = useState(0); // raised when a blocked link is looked at again
  const session = sessions.of(agentId);
  const view = useSyncExternalStore(session.view.subscribe, session.view.get);
  const agent = agents.find(({ id }) => id === agentId) ?? view.agent; // the list hears from the link too, and from elsewhere
  const order = useOrder(agentId);
  const isLocal = useIsLocal();
  const model = useModel(sessions, agentId);
  const navigate = useNavigate();
  const router = useRouter();
  const [fresh, setFresh] = useState(() => newId("conversation", new Date(Date.now())));
  const go = (id: Cid, replace = false) =>
    navigate({ to: "/chat/$agentId/$conversationId", params: { agentId, conversationId: id }, replace });

  const isTyped = useRef(false); // whoever began to write is not led elsewhere, nor who is on the way to another page
  const newest = view.conversations?.[0]?.id;
  const currentId = conversationId ?? fresh;
  useEffect(() => {
    const isLeaving = !router.latestLocation.pathname.startsWith("/chat");
    if (!conversationId && newest && !isTyped.current && !isLeaving) void go(newest, true);
  });
  const begin = () => {
    const id = newId("conversation", new Date(Date.now()));
    setFresh(id);
    void go(id);
  };
  const current = view.conversations?.find(({ id }) => id === currentId);
  const list = { agentId, currentId, conversations: useMemo(() => listConversations(view), [view]), onNew: begin };

  return (
    <div className="flex h-[calc(100dvh-4rem)] min-h-0 min-w-0 lg:h-auto lg:flex-1">
      <aside className="hidden w-64 shrink-0 flex-col border-r border-line lg:flex">
        <ConversationList {...list} />
      </aside>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col">
        <ChatHeader
          {...{ agent, agents, list, current }}
          trouble={describeSeal(view, agent?.name ?? "this agent", isLocal)}
          onRename={(title) => session.rename(currentId, title)}
          onDelete={async () => {
            await session.remove(currentId);
            begin();
          }}
        />
        <ChatView
          key={`${currentId} ${round}`}
          {...{ session, agent, isLocal, conversationId: currentId }}
          notes={sessions.notes}
          isDemo={isDemo(model.data)}
          isWaking={order.isPending}
          wakeError={order.error}
          onWake={() => order.mutate("wake", { onSuccess: session.refresh })}
          onLookAgain={() => {
            sessions.reopen(agentId);
            setRound(round + 1);
          }}
          onAccept={async () => {
            await sessions.acceptImage(agentId);
            setRound(round + 1);
          }}
          onTyped={() => {
            isTyped.current = true;
          }}
          onFirst={() => conversationId === undefined && void go(currentId, true)}
        />
      </div>
    </div>
  );
}
