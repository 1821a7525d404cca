import { Link, useParams } from "@tanstack/react-router";
import { idOf } from "#shared/ids.ts";
import { describePlace } from "../../components/agent/describe-place.ts";
import { Waiting } from "../../components/waiting.tsx";
import { useAgents } from "../../lib/agent-session/use-agents.ts";
import { useSessions } from "../../lib/agent-session/use-sessions.ts";
import { useIsLocal } from "../../lib/stage.ts";
import { AgentChat } from "./agent-chat.tsx";

const AgentId = idOf("agent");
const ConversationId = idOf("conversation");

/** What is my agent saying and doing. Without an agent in the address it is the first. */
export function ChatPage() {
  const params = useParams({ strict: false });
  const agents = useAgents();
  const sessions = useSessions();
  if (!sessions) return null; // the frame shows how to unlock

  const asked = AgentId.safeParse(params["agentId"]).data;
  const conversationId = ConversationId.safeParse(params["conversationId"]).data;
  const first = agents.data?.items[0]?.id;
  const agentId = asked ?? first;
  if (agentId)
    return <AgentChat key={agentId} {...{ sessions, agentId, conversationId }} agents={agents.data?.items ?? []} />;
  return (
    <div className="mx-auto flex w-full max-w-xl flex-1 flex-col justify-center p-4">
      <Waiting query={agents} lines={3}>
        {() => <NoAgent />}
      </Waiting>
    </div>
  );
}

function NoAgent() {
  const isLocal = useIsLocal();
  return (
    <>
      <h1 className="text-xl font-semibold">No agent yet</h1>
      <p>An agent {describePlace(isLocal)}. Deploy one, then talk to it here.</p>
      <p>
        <Link to="/agents" className="text-accent underline">
          Deploy your agent
        </Link>
      </p>
    </>
  );
}
