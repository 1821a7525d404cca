import { type Telling, tellTask } from "#lambdas/agents/lifecycle/tell.ts";
import { type Waking, wakeAgent } from "#lambdas/agents/lifecycle/wake.ts";
import { type AgentRow, getOwnAgent, isOneOf } from "#lambdas/agents/rows/agent.repository.ts";
import { insertQueued, QUEUE_BYTES_MAX, QUEUE_ROWS_MAX, type Queued } from "#lambdas/agents/rows/queue.repository.ts";
import { makeTicket } from "#lambdas/agents/rows/ticket.repository.ts";
import { findDevice, noteSession } from "#lambdas/keyring/keyring.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { chatContract } from "#shared/contracts/chat.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";

type Routes = typeof chatContract;
export type ChatCtx = Ctx & Waking & Telling;

/** One socket, for one device of the caller, to one agent of theirs. */
export async function makeRelayTicket(ctx: ChatCtx, { agentId, deviceId }: Input<Routes["relayTicket"]>) {
  const { tenantId, userId } = ctx.actor;
  const sessionId = ctx.actor.kind === "user" ? ctx.actor.sessionId : null;
  const keyId = ctx.actor.kind === "key" ? ctx.actor.keyId : null;
  await getOwnAgent(ctx.table, userId, agentId);
  const device = await findDevice(ctx.table, userId, deviceId);
  if (!device) throw new AppError("device.not_found");
  if (device.revokedAt) throw new AppError("device.revoked");
  if (sessionId !== null && device.sessionId !== sessionId)
    await ctx.table.write(noteSession(userId, deviceId, sessionId));
  const { reply, row } = makeTicket(
    { side: "device", tenantId, agentId, userId, deviceId, sessionId, keyId },
    ctx.now(),
  );
  await ctx.directory.write(row);
  return reply;
}

/** Kept sealed until the agent has it in its journal. Left twice under one name, it is there once. */
export async function enqueue(ctx: ChatCtx, { agentId, messageId, blob }: Input<Routes["enqueue"]>) {
  const row = await getOwnAgent(ctx.table, ctx.actor.userId, agentId);
  if (isOneOf(row.state, "deleting")) throw new AppError("agent.wrong_state", { details: { state: row.state } });
  const at = ctx.now().toISOString();
  const message: Queued = { id: newId("frame", ctx.now()), messageId, at, bytes: blob.length, blob };
  const isNew = await insert(ctx, row, message);
  const isEnding = row.state === "stopping"; // its task reads nothing any more
  if (isEnding || row.connectionId === null || !(await tellTask(ctx, row, "wake"))) {
    const { tenantId } = ctx.actor;
    await wakeAgent(ctx, { tenantId, table: ctx.table }, row);
  }
  return { queued: row.queued + (isNew ? 1 : 0), at };
}

async function insert(ctx: ChatCtx, row: AgentRow, message: Queued): Promise<boolean> {
  try {
    await ctx.table.write(...insertQueued(row.id, message));
    return true;
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code === "request.conflict") return false; // it was left before
    if (error.code !== "queue.full") throw error;
    const { queued: current } = row;
    throw new AppError("queue.full", { details: { limit: QUEUE_ROWS_MAX, limitBytes: QUEUE_BYTES_MAX, current } });
  }
}
