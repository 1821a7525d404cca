import { createAgent } from "#lambdas/agents/owner/agents.ts";
import { agentsRoutes } from "#lambdas/agents/routes.ts";
import { grantsRoutes } from "#lambdas/grants/routes.ts";
import { serve } from "#platform/pipe/http.ts";
import type { LendingOffer } from "#shared/channel/app-lending.ts";
import type { DeviceMessage } from "#shared/channel/app-protocol.ts";
import { type AgentItems, keepAgentItems } from "#shared/client/agent-items/agent-items.ts";
import {
  agentIdentity,
  makeAgentSecrets,
  openEnvelope,
  sealEnvelope,
  signedEnvelope,
} from "#shared/client/agent-keys.ts";
import { ApiError, type Client } from "#shared/client/api-client.ts";
import { storesOf } from "#shared/client/device/stores.ts";
import { type Lendings, openLendings } from "#shared/client/lending/lendings.ts";
import type { Wish } from "#shared/client/lending/letter.ts";
import type { Lending } from "#shared/client/lending/read.ts";
import type { SharesApi } from "#shared/client/shares/shares.ts";
import type { Vaults } from "#shared/client/vault/vaults.ts";
import { agentsContract } from "#shared/contracts/agents.ts";
import { grantsContract } from "#shared/contracts/grants.ts";
import type { Identity } from "#shared/crypto/account/identity.ts";
import { type Id, newId } from "#shared/ids.ts";
import { GroupWorld, type Someone } from "./group-world.ts";
import { makeMemoryDatabase } from "./memory-database.ts";
import { clientOf } from "./serve-client.ts";
import { loginOf } from "./vault-world.ts";

type Grants = Client<typeof grantsContract>;

/** Somebody with an agent, by the code that the web app and the command line use. */
export interface Lender extends Someone {
  readonly agentId: Id<"agent">;
  readonly agentKeys: Identity;
  readonly items: AgentItems;
  readonly grants: Grants;
  readonly lendings: Lendings;
  /** What the agent was told last. */
  readonly told: () => LendingOffer | undefined;
  readonly troubles: unknown[];
}

export const WISH: Wish = {
  ...{ what: "Weather service", reason: "To plan the trip", sites: ["https://api.weather.example"] },
  ...{ methods: ["GET", "POST"], period: "week", maxUses: 10 },
};

/** Two people of an organisation, each with an agent. */
export class LendingWorld extends GroupWorld {
  readonly #ports = {
    machines: { start: async () => undefined, proceed: async () => true },
    connections: { post: async () => true, cut: async () => undefined },
  };
  readonly #grants = serve(grantsContract, grantsRoutes, this.door(this.#ports));
  readonly #agents = serve(agentsContract, agentsRoutes, this.door(this.#ports));

  /** Two people of one organisation, each with an agent. */
  async twoLenders(): Promise<[Lender, Lender]> {
    const owner = await this.owner("work");
    const colleague = await this.colleague(owner, "ben");
    await this.upgrade(owner.account.tid, "enterprise");
    return [await this.lender(owner), await this.lender(colleague)];
  }

  /** @param lie what stands between this person and the honest platform */
  async lender(person: Someone, lie: (grants: Grants) => Grants = (honest) => honest): Promise<Lender> {
    const token = this.admit(person.ctx.actor);
    const { id: agentId } = await createAgent({ ...person.ctx, ...this.#ports }, { name: "Ada" });
    const agents = clientOf(agentsContract, this.#agents, token);
    const { account } = person;
    const envelope = sealEnvelope(account, agentId, 1, makeAgentSecrets({ kind: "demo" }));
    await agents.putEnvelope(signedEnvelope(account, agentId, envelope));
    return this.deviceOf({ ...person, agentId }, lie);
  }

  /** What stands between everybody's shares and the honest platform. */
  lieOfShares = (honest: SharesApi): SharesApi => honest;

  agentsOf = ({ ctx }: Pick<Someone, "ctx">) => clientOf(agentsContract, this.#agents, this.admit(ctx.actor));

  /** A device of theirs that has seen nothing yet. */
  async deviceOf(
    person: Someone & { readonly agentId: Id<"agent"> },
    lie: (grants: Grants) => Grants = (honest) => honest,
    vaults: Vaults = person.vaults,
  ): Promise<Lender> {
    const { account, agentId } = person;
    const token = this.admit(person.ctx.actor);
    const agents = this.agentsOf(person);
    const grants = lie(clientOf(grantsContract, this.#grants, token));
    const shares = this.lieOfShares(this.sharesApiOf(account.uid));
    const { pins } = storesOf(makeMemoryDatabase(), "", agentId);
    const messages: DeviceMessage[] = [];
    const troubles: unknown[] = [];
    const openVaults = async () => vaults;
    const items = keepAgentItems({
      ...{ agents, account, agentId, pins, openVaults },
      tell: (message) => messages.push(message) > 0,
      onTrouble: (error) => void troubles.push(error),
      readLending: (id, held) => lendings.offerFor(id, held),
    });
    const lendings = openLendings({ grants, shares, account, openVaults, itemsOf: () => items, now: this.now });
    const envelope = await agents.getEnvelope({ agentId });
    if (!envelope) throw new ApiError("agent.envelope_changed", "there is none");
    const agentKeys = agentIdentity(account, agentId, openEnvelope(account, agentId, envelope));
    const told = () => {
      const last = messages.findLast((one) => one.type === "lending.offer");
      return last?.type === "lending.offer" ? last : undefined;
    };
    return { ...person, ...{ vaults, agentKeys, items, grants, lendings, told, troubles } };
  }

  /** An item of their own vault, ready to be lent. */
  async keep(person: Lender, password: string) {
    const own = await person.vaults.open("own");
    const { id: itemId } = await own.save({ id: newId("item", new Date()), version: 0 }, loginOf("weather", password));
    return { vaultId: own.vaultId, itemId };
  }
}

/** The one grant there is, as somebody reads it. */
export async function readOnly({ lendings }: Pick<Lender, "lendings">): Promise<Lending> {
  const [one] = await lendings.list();
  if (!one || !("letter" in one)) throw one?.trouble ?? new Error("there is none");
  return one;
}
