import { findKeyring } from "#lambdas/keyring/keyring.repository.ts";
import { AgentEvent, type agentsContract, type Checklist } from "#shared/contracts/agents.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AgentRow, getOwnAgent, ownAgents } from "../rows/agent.repository.ts";
import { eventsOf } from "../rows/event.repository.ts";
import type { AgentsCtx } from "./agents.ts";

type Routes = typeof agentsContract;

export async function listEvents(ctx: AgentsCtx, { agentId, limit, cursor }: Input<Routes["listEvents"]>) {
  await getOwnAgent(ctx.table, ctx.actor.userId, agentId);
  const { items, next } = await ctx.table.page(eventsOf(agentId), { limit, cursor, descending: true });
  return { items: items.map((item) => AgentEvent.parse(item)), cursor: next };
}

/** What is done is read from what is there; nobody ticks anything off. */
export async function getChecklist({ actor, table }: AgentsCtx): Promise<Checklist> {
  const [keyring, agents] = await Promise.all([
    findKeyring(table, actor.userId),
    table.page("agt_", { limit: 100, index: ownAgents(actor.userId) }),
  ]);
  const rows = agents.items.map((item) => AgentRow.parse(item));
  return {
    organisation: true,
    passphrase: keyring !== undefined,
    recovery: Boolean(keyring?.recoveryCheckedAt ?? keyring?.recoveryKeyCheckedAt),
    agent: rows.some(({ state }) => state !== "deleting"),
    firstMessage: rows.some(({ firstMessageAt }) => firstMessageAt !== null),
  };
}
