import type { ItemForm } from "#shared/client/vault/items/item-kinds.ts";
import type { Id } from "#shared/ids.ts";
import { useAgents } from "../../../lib/agent-session/use-agents.ts";
import { useSessions } from "../../../lib/agent-session/use-sessions.ts";
import type { VaultItems } from "../../../lib/vault/items/vault-items.ts";
import { AgentSwitch } from "./agent-switch.tsx";

interface AgentAccessProps {
  readonly items: VaultItems;
  readonly itemId: Id<"item">;
  readonly form: ItemForm;
}

/** Which of one's agents may use this item. */
export function AgentAccess({ items, itemId, form }: AgentAccessProps) {
  const sessions = useSessions();
  const agents = useAgents().data?.items ?? [];
  if (!sessions || agents.length === 0) return null;
  return (
    <section
      aria-labelledby="agents-of-item"
      className="mx-auto flex w-full max-w-2xl flex-col gap-3 px-4 pt-2 pb-20 lg:pb-6"
    >
      <h2 id="agents-of-item" className="font-semibold">
        Agents
      </h2>
      <p className="text-quiet">
        An agent never sees the value. It writes a reference; you are asked each time; then its task puts the value into
        the request and sends it to the sites named here, and nowhere else. The site itself receives it.
      </p>
      <ul className="divide-y divide-line rounded-lg border border-line bg-panel">
        {agents.map((agent) => (
          <li key={agent.id} className="p-3">
            <AgentSwitch {...{ sessions, agent, items, itemId, form }} />
          </li>
        ))}
      </ul>
    </section>
  );
}
