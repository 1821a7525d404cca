import { Lock, LockOpen } from "lucide-react";
import { setLocked, takeBack } from "#shared/client/agent-items/grants.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { Button } from "../../../components/button.tsx";
import { Problem } from "../../../components/problem.tsx";
import { Waiting } from "../../../components/waiting.tsx";
import { useChangeGrants, useGrants } from "../../../lib/agent-items/use-agent-items.ts";
import type { Sessions } from "../../../lib/agent-session/sessions.ts";
import { ItemsList } from "./items-list.tsx";

interface ItemsCardProps {
  readonly sessions: Sessions;
  readonly agent: Agent;
}

/** What the agent may use of the vault, whether it has it now, and how to take it away. */
export function ItemsCard({ sessions, agent }: ItemsCardProps) {
  const query = useGrants(sessions, agent.id);
  const change = useChangeGrants(sessions, agent.id);
  const grants = query.data?.grants;
  const { isLocked = false, items = [] } = grants ?? {};
  return (
    <section aria-labelledby="items" className="flex flex-col gap-3 rounded-lg border border-line bg-panel p-4">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 id="items" className="font-semibold">
          From your vault
        </h2>
        {(items.length > 0 || isLocked) && (
          <Button
            look={isLocked ? "main" : "plain"}
            disabled={change.isPending}
            onClick={() => change.mutate((now) => setLocked(now, !isLocked))}
          >
            {isLocked ? <LockOpen size={16} aria-hidden /> : <Lock size={16} aria-hidden />}
            {isLocked ? "Let it use them again" : "Lock now"}
          </Button>
        )}
      </div>
      <p className="text-quiet">{MEANS}</p>
      {isLocked && (
        <p role="status" className="text-warn">
          Locked. {agent.name} is given none of these until you say so, on whichever device.
        </p>
      )}
      <Waiting query={query} lines={2}>
        {({ grants: { items: granted } }) =>
          granted.length === 0 ? (
            <p>Nothing. Open an item of your vault to let {agent.name} use it.</p>
          ) : (
            <ItemsList
              {...{ sessions, agent, isLocked }}
              grants={granted}
              isBusy={change.isPending}
              onTakeBack={(itemId) => change.mutate((now) => takeBack(now, itemId))}
            />
          )
        }
      </Waiting>
      {change.error && <Problem error={change.error} />}
    </section>
  );
}

const MEANS =
  "The agent works with references and never sees a value. Each request that uses one waits for your word, and goes only to the sites named with the item. What it is given it forgets a minute after your last device locks, and when it stops.";
