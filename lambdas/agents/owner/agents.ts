import { audited } from "#lambdas/audit/audit.ts";
import { checkAsker } from "#lambdas/tenants/member.repository.ts";
import { getTenant } from "#lambdas/tenants/tenants.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { agentsContract } from "#shared/contracts/agents.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";
import { TIERS } from "#shared/quotas.ts";
import { freshStart, runMachine } from "../lifecycle/start.ts";
import type { Waking } from "../lifecycle/wake.ts";
import {
  type AgentRow,
  agentSk,
  countAgents,
  getOwnAgent,
  insertAgent,
  moveBy,
  ownAgents,
  AgentRow as Row,
  readAgentCount,
} from "../rows/agent.repository.ts";
import { happened } from "../rows/event.repository.ts";
import { viewOf } from "./view.ts";

type Routes = typeof agentsContract;
export type AgentsCtx = Ctx & Waking;

/** The agent is there when this answers; its first task is being found. */
export async function createAgent(ctx: AgentsCtx, { name }: Input<Routes["create"]>) {
  const tenant = await getTenant(ctx);
  const { agentsMax, agentSize } = TIERS[tenant.tier];
  const row = newAgent(ctx, name, agentSize);
  const about = { agentId: row.id, generation: row.generation };
  try {
    await ctx.table.write(
      checkAsker(ctx),
      insertAgent(row, moveBy(ctx.now())),
      countAgents(1, agentsMax),
      happened(row, "agent.created", ctx.now()),
      audited(ctx, "agent.created", about),
    );
  } catch (error) {
    if (!(error instanceof AppError && error.code === "quota.exceeded")) throw error;
    const current = await readAgentCount(ctx.table);
    throw new AppError("quota.exceeded", { details: { what: "agents", limit: agentsMax, current, tier: tenant.tier } });
  }
  await runMachine(ctx, row, "start", ctx.actor);
  return viewOf(ctx, row);
}

function newAgent({ actor, now }: AgentsCtx, name: string, size: AgentRow["size"]): AgentRow {
  const at = now();
  return {
    ...freshStart(1, at),
    state: "provisioning",
    id: newId("agent", at),
    ownerId: actor.userId,
    ...{ name, size, createdAt: at.toISOString(), version: 1 },
    ...{ saved: null, stateSeq: 0, journalSeq: 0, stateObject: null, uploadObject: null, oldStateObjects: [] },
    ...{ queued: 0, queuedBytes: 0, restarts: 0, crashes: [] },
    ...{ firstMessageAt: null, lastActiveAt: null },
  };
}

export async function getAgent(ctx: AgentsCtx, { agentId }: Input<Routes["get"]>) {
  return viewOf(ctx, await getOwnAgent(ctx.table, ctx.actor.userId, agentId));
}

export async function listAgents(ctx: AgentsCtx, { limit, cursor }: Input<Routes["list"]>) {
  const { items, next } = await ctx.table.page("agt_", { limit, cursor, index: ownAgents(ctx.actor.userId) });
  return { items: await Promise.all(items.map((item) => viewOf(ctx, Row.parse(item)))), cursor: next };
}

export async function renameAgent(ctx: AgentsCtx, { agentId, name, version }: Input<Routes["rename"]>) {
  const row = await getOwnAgent(ctx.table, ctx.actor.userId, agentId);
  await ctx.table.write(
    {
      do: "update",
      sk: agentSk(agentId),
      set: { name },
      add: { version: 1 },
      if: { version },
      otherwise: "agent.changed",
      missing: "agent.not_found",
    },
    audited(ctx, "agent.renamed", { agentId, version: version + 1 }),
  );
  return viewOf(ctx, { ...row, name, version: version + 1 });
}
