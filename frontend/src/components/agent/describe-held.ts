import type { VaultHeld } from "#shared/channel/app-vault.ts";
import type { ItemGrant } from "#shared/client/agent-items/grants.ts";
import type { Agent } from "#shared/contracts/agents.ts";

interface HeldInput {
  readonly agent: Pick<Agent, "name" | "state">;
  readonly isLocked: boolean;
  readonly itemId: ItemGrant["itemId"];
  /** Undefined without a session: then nobody here knows. */
  readonly held: VaultHeld | undefined;
}

const AT_REST: readonly Agent["state"][] = ["stopped", "crashed", "provisioning", "starting", "locked", "deleting"];

/** Whether the agent has the value of an item at this moment, as far as this device knows. */
export function describeHeld({ agent: { name, state }, isLocked, itemId, held }: HeldInput): string {
  if (AT_REST.includes(state)) return `Not with ${name}: it is not running.`;
  if (!held) return `Not known: this device has no connection with ${name} at the moment.`;
  if (held.items.some((item) => item.itemId === itemId)) return `${name} holds it now, in memory.`;
  return isLocked ? `Locked: ${name} holds nothing of it.` : `${name} does not hold it.`;
}
