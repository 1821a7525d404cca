import { Link } from "@tanstack/react-router";
import { MessageSquare } from "lucide-react";
import type { Agent } from "#shared/contracts/agents.ts";
import { AgentState } from "../../components/agent/agent-state.tsx";
import { describeNow } from "./describe-now.ts";

/** One agent in the list: is it well, what is it doing, and the way to it. */
export function AgentRow({ agent }: { agent: Agent }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 border-b border-line p-4 last:border-b-0">
      <div className="min-w-0 flex-1 basis-56">
        <Link
          to="/agents/$agentId"
          params={{ agentId: agent.id }}
          className="font-medium break-words text-ink underline-offset-2 hover:underline"
        >
          {agent.name}
        </Link>
        <p className={agent.state === "crashed" ? "text-bad" : "text-quiet"}>{describeNow(agent)}</p>
      </div>
      <AgentState agent={agent} />
      <Link
        to="/chat/$agentId"
        params={{ agentId: agent.id }}
        className="inline-flex min-h-9 items-center gap-1.5 rounded-lg border border-line bg-panel px-3 font-medium"
      >
        <MessageSquare size={16} aria-hidden />
        Chat
      </Link>
    </li>
  );
}
