import { Link } from "@tanstack/react-router";
import type { ItemGrant } from "#shared/client/agent-items/grants.ts";
import { nameOf } from "#shared/client/vault/items/find-items.ts";
import type { Agent } from "#shared/contracts/agents.ts";
import { describeHeld } from "../../../components/agent/describe-held.ts";
import { Button } from "../../../components/button.tsx";
import { useHeld } from "../../../lib/agent-items/use-agent-items.ts";
import type { Sessions } from "../../../lib/agent-session/sessions.ts";
import { useVaultItems } from "../../../lib/vault/items/use-vault-items.ts";
import type { ItemsView } from "../../../lib/vault/items/vault-items.ts";

interface ItemsListProps {
  readonly sessions: Sessions;
  readonly agent: Agent;
  readonly grants: readonly ItemGrant[];
  readonly isLocked: boolean;
  readonly isBusy: boolean;
  readonly onTakeBack: (itemId: ItemGrant["itemId"]) => void;
}

export function ItemsList({ sessions, agent, grants, isLocked, isBusy, onTakeBack }: ItemsListProps) {
  const held = useHeld(sessions, agent.id);
  const { view } = useVaultItems();
  return (
    <ul className="divide-y divide-line rounded-lg border border-line">
      {grants.map(({ vaultId, itemId, as, sites }) => (
        <li key={itemId} className="flex flex-wrap items-center gap-x-4 gap-y-2 p-3">
          <div className="min-w-0 flex-1 basis-60">
            <p className="font-medium break-words">
              {vaultId === view.head?.vaultId ? (
                <Link to="/vault/$itemId" params={{ itemId }} className="underline-offset-2 hover:underline">
                  {nameIn(view, itemId) ?? as}
                </Link>
              ) : (
                as
              )}
            </p>
            <p className="text-[13px] break-words text-quiet">
              as <span className="font-mono">{as}</span>, to {sites.join(", ")}
            </p>
            <p className="text-[13px]">{describeHeld({ agent, isLocked, itemId, held })}</p>
          </div>
          <Button look="plain" disabled={isBusy} aria-label={`Take back ${as}`} onClick={() => onTakeBack(itemId)}>
            Take back
          </Button>
        </li>
      ))}
    </ul>
  );
}

/** Undefined while the list is being read. */
function nameIn({ is, items }: ItemsView, itemId: ItemGrant["itemId"]): string | undefined {
  const found = items.find(({ id }) => id === itemId);
  if (found) return nameOf(found);
  return is === "whole" ? "An item that was removed" : undefined;
}
