import { audited } from "#lambdas/audit/audit.ts";
import type { agentsContract } from "#shared/contracts/agents.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { removeAgent } from "../lifecycle/remove.ts";
import { stopAgent } from "../lifecycle/stop.ts";
import { tellDevices, tellTask } from "../lifecycle/tell.ts";
import { wakeAgent } from "../lifecycle/wake.ts";
import { type AgentRow, getOwnAgent } from "../rows/agent.repository.ts";
import type { AgentsCtx } from "./agents.ts";
import { viewOf } from "./view.ts";

type Routes = typeof agentsContract;

const own = (ctx: AgentsCtx, { agentId }: Input<Routes["get"]>) => getOwnAgent(ctx.table, ctx.actor.userId, agentId);
const placeOf = ({ actor, table }: AgentsCtx) => ({ tenantId: actor.tenantId, table });

/** Every device that has the agent open learns of it before the caller does. */
async function told(ctx: AgentsCtx, row: AgentRow) {
  await tellDevices(ctx, ctx.table, row);
  return viewOf(ctx, row);
}

export async function wake(ctx: AgentsCtx, input: Input<Routes["wake"]>) {
  return told(ctx, await wakeAgent(ctx, placeOf(ctx), await own(ctx, input)));
}

export async function stop(ctx: AgentsCtx, input: Input<Routes["stop"]>) {
  return told(ctx, await stopAgent(ctx, placeOf(ctx), await own(ctx, input)));
}

/** The task freezes OpenClaw and says so; the state follows what it says. */
export async function pause(ctx: AgentsCtx, input: Input<Routes["pause"]>) {
  const row = await own(ctx, input);
  if (row.state === "paused") return viewOf(ctx, row);
  const isReached = row.state === "running" && (await tellTask(ctx, row, "pause"));
  if (!isReached) throw new AppError("agent.wrong_state", { details: { state: row.state } });
  await ctx.table.write(audited(ctx, "agent.paused", { agentId: row.id, generation: row.generation }));
  return viewOf(ctx, row);
}

export async function remove(ctx: AgentsCtx, input: Input<Routes["remove"]>) {
  return told(ctx, await removeAgent(ctx, placeOf(ctx), await own(ctx, input)));
}
