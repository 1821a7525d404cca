import type { LendingOffer } from "#shared/channel/app-lending.ts";
import type { DeviceMessage, Fleeting } from "#shared/channel/app-protocol.ts";
import type { VaultHeld } from "#shared/channel/app-vault.ts";
import type { Id } from "#shared/ids.ts";
import { takeTurns } from "#shared/turns.ts";
import type { Vaults } from "../vault/vaults.ts";
import type { AgentGrants } from "./grants.ts";
import { makeOffer } from "./offer.ts";
import {
  type AgentKeys,
  changeGrants,
  type GrantMeans,
  readAgentKeys,
  readGrants,
  type SealedGrants,
} from "./sealed-grants.ts";

/** This unlocked device's part in what one agent may use: it keeps the agent's hands in step with the sealed grants. */
export interface AgentItems {
  read(): Promise<SealedGrants>;
  /** Seals the change, and has the agent told where there is a session. */
  change(change: (grants: AgentGrants) => AgentGrants): Promise<SealedGrants>;
  /** The agent is told all it may hold: when a session opens, and when an item was written. */
  offer(): Promise<void>;
  /** The keys that others know the agent by. */
  keys(): Promise<AgentKeys>;
  /** Another device may have changed the grants meanwhile. */
  heard(held: VaultHeld): void;
}

export interface AgentItemsInput extends GrantMeans {
  readonly openVaults: () => Promise<Pick<Vaults, "open">>;
  /** What the agent may do for other people's agents, and with theirs. */
  readonly readLending?: (agentId: Id<"agent">, grants: AgentGrants) => Promise<Omit<LendingOffer, "version">>;
  /** False while there is no session. */
  readonly tell: (message: Fleeting<DeviceMessage>) => boolean;
  /** The grants could not be read or offered; the agent holds what it held. */
  readonly onTrouble: (error: unknown) => void;
  readonly onGrants?: (grants: SealedGrants) => void;
}

export function keepAgentItems(input: AgentItemsInput): AgentItems {
  let known: SealedGrants | undefined;
  const keep = (grants: SealedGrants) => {
    known = grants;
    input.onGrants?.(grants);
    return grants;
  };
  const tellOf = async (grants: SealedGrants) => {
    const lending = await readLending(input, grants).catch(input.onTrouble); // whatever others show, the agent has its items
    const offer = await makeOffer(grants, input.openVaults);
    if (lending) input.tell({ type: "lending.offer", version: grants.version, ...lending });
    input.tell({ type: "vault.offer", ...offer }); // last: who hears that this is held may hang up
  };
  const inTurn = takeTurns(); // or an older offer could overtake a newer one
  const offer = () =>
    inTurn(async () => {
      const sealed = keep(await readGrants(input));
      if (sealed.version > 0) await tellOf(sealed);
    }).catch(input.onTrouble);

  return {
    read: () => inTurn(async () => keep(await readGrants(input))),
    change: (change) =>
      inTurn(async () => {
        const sealed = keep(await changeGrants(input, change));
        await tellOf(sealed).catch(input.onTrouble); // it is sealed; the next session tells the agent
        return sealed;
      }),
    keys: () => inTurn(() => readAgentKeys(input)),
    offer,
    heard({ version }) {
      if (known && version > known.version) void offer();
    },
  };
}

const readLending = async ({ readLending, agentId }: AgentItemsInput, { grants }: SealedGrants) =>
  readLending?.(agentId, grants);
