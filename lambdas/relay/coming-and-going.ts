import { tellDevices } from "#lambdas/agents/lifecycle/tell.ts";
import { agentSk, findAgent } from "#lambdas/agents/rows/agent.repository.ts";
import {
  type DeviceEnd,
  putDevice,
  putEnd,
  removeDevice,
  removeEnd,
  type TaskEnd,
} from "#lambdas/agents/rows/connection.repository.ts";
import { changeTask, findTask } from "#lambdas/agents/rows/task.repository.ts";
import type { Bearer } from "#lambdas/agents/rows/ticket.repository.ts";
import type { Change } from "#platform/tables/change.ts";
import { writeRelayControl } from "#shared/channel/control.ts";
import type { Assignment } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import type { RelayCtx } from "./peers.ts";

/** False when the socket is to be closed at once. */
export async function enter(ctx: RelayCtx, connectionId: string, bearer: Bearer): Promise<boolean> {
  if (bearer.side === "task") return enterTask(ctx, connectionId, bearer.taskId);
  // two writes, because the role of a tenant may not write the directory; either alone names a socket that is not there
  await ctx.directory.write(putEnd(connectionId, bearer, ctx.now()));
  await ctx.enterTenant(bearer.tenantId).write(putDevice(connectionId, bearer, ctx.now()));
  return true;
}

/** Whose a task is stands in its row, not in its ticket: it may have been claimed since, even while this reads it. */
async function enterTask(ctx: RelayCtx, connectionId: string, taskId: Id<"task">): Promise<boolean> {
  const task = await findTask(ctx.directory, taskId);
  if (!task) return false;
  const { assignment } = task;
  const isEntered = await unlessChanged(
    ctx.directory.write(putEnd(connectionId, { side: "task", taskId, assignment }, ctx.now()), {
      ...changeTask(taskId, { connectionId }),
      ...(assignment === null ? { if: { assignment } } : {}), // once it is anyone's, it stays theirs
    }),
  );
  if (!isEntered) return enterTask(ctx, connectionId, taskId);
  return assignment === null || setSocket(ctx, { taskId, assignment }, { connectionId });
}

export async function leave(ctx: RelayCtx, connectionId: string): Promise<void> {
  const end = await ctx.peers.endOf(ctx, connectionId);
  ctx.peers.forget(connectionId);
  if (!end) return;
  await ctx.directory.write(removeEnd(connectionId));
  await (end.side === "device" ? leaveDevice(ctx, connectionId, end) : leaveTask(ctx, connectionId, end));
}

async function leaveDevice(ctx: RelayCtx, connectionId: string, { tenantId, agentId }: DeviceEnd): Promise<void> {
  const table = ctx.enterTenant(tenantId);
  await table.write(removeDevice(connectionId, agentId));
  const row = await findAgent(table, agentId);
  if (!row?.connectionId) return;
  const about = { v: 1, agentId, generation: row.generation } as const;
  await ctx.connections.post(row.connectionId, writeRelayControl({ ...about, control: "peer.gone", connectionId }));
}

async function leaveTask(ctx: RelayCtx, connectionId: string, { taskId }: TaskEnd): Promise<void> {
  const task = await findTask(ctx.directory, taskId);
  if (task?.connectionId !== connectionId) return; // it is back already
  await unlessChanged(ctx.directory.write({ ...changeTask(taskId, { connectionId: null }), if: { connectionId } }));
  if (task.assignment)
    await setSocket(ctx, { taskId, assignment: task.assignment }, { connectionId: null, was: connectionId });
}

interface Socket {
  readonly connectionId: string | null;
  readonly was?: string;
}

/** The agent's socket, as long as this task holds the agent; its devices are told. */
async function setSocket(
  ctx: RelayCtx,
  { taskId, assignment }: { readonly taskId: Id<"task">; readonly assignment: Assignment },
  { connectionId, was }: Socket,
): Promise<boolean> {
  const { tenantId, agentId, generation } = assignment;
  const table = ctx.enterTenant(tenantId);
  const change: Change = {
    do: "update",
    sk: agentSk(agentId),
    set: { connectionId },
    if: { taskId, generation, ...(was === undefined ? {} : { connectionId: was }) },
    otherwise: "task.replaced",
  };
  if (!(await unlessChanged(table.write(change)))) return false;
  const row = await findAgent(table, agentId);
  if (row) await tellDevices(ctx, table, row, connectionId === null ? "agent.offline" : "agent.online");
  return true;
}

async function unlessChanged(written: Promise<void>): Promise<boolean> {
  try {
    await written;
    return true;
  } catch (error) {
    if (error instanceof AppError) return false;
    throw error;
  }
}
