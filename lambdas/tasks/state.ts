import { randomUUID } from "node:crypto";
import { type Telling, tellDevices } from "#lambdas/agents/lifecycle/tell.ts";
import { agentSk } from "#lambdas/agents/rows/agent.repository.ts";
import { happened } from "#lambdas/agents/rows/event.repository.ts";
import { audited } from "#lambdas/audit/audit.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { Objects } from "#platform/services/objects.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import { type Held, holdAgent } from "./assigned.ts";
import { letGoOn } from "./callbacks.ts";
import { eraseJournal } from "./journal.ts";

type Routes = typeof tasksContract;
export type StateCtx = TaskCtx & Telling & { readonly machines: Pick<Machines, "proceed">; readonly objects: Objects };

const UPLOAD_SECONDS = 300; // the credentials behind an address live at least that long
const OLD_KEPT = 1; // beside the one that counts

/** Every upload has a place of its own, which the agent's row remembers: what an interrupted one left behind is removed, never taken for a state. */
export async function uploadState(ctx: StateCtx, { seq, bytes }: Input<Routes["uploadState"]>) {
  const { table, row, assignment } = await holdAgent(ctx);
  const { tenantId, generation } = assignment;
  const uploadObject = `agents/${row.id}/state/${seq}-${randomUUID()}`;
  await table.write({
    do: "update",
    sk: agentSk(row.id),
    set: { uploadObject },
    if: { taskId: ctx.actor.taskId, generation, stateSeq: seq - 1, uploadObject: row.uploadObject },
    otherwise: "task.state_lost_race",
  });
  if (row.uploadObject !== null) await ctx.objects.remove(tenantId, [row.uploadObject]);
  const { url, headers } = await ctx.objects.presignPut(tenantId, uploadObject, bytes, UPLOAD_SECONDS);
  return { url, headers, expiresAt: expiry(ctx) };
}

/** From this write on the uploaded state is the agent's state. Of two tasks that try, one has lost, and is told so. */
export async function commitState(
  ctx: StateCtx,
  input: Input<Routes["commitState"]>,
): Promise<{ readonly done: true }> {
  const held = await holdAgent(ctx);
  const { final, ...state } = input;
  const isRepeated = held.row.stateSeq === state.seq && held.row.saved?.hash === state.hash;
  if (!isRepeated) await commit(ctx, held, state);
  await eraseJournal(held.table, held.row.id, state.seq);
  if (final) await letGoOn(ctx, "savedCallback"); // the machine that stops this task has waited for it
  return { done: true };
}

async function commit(ctx: StateCtx, held: Held, state: Omit<Input<Routes["commitState"]>, "final">): Promise<void> {
  const { table, row, assignment } = held;
  const { uploadObject: stateObject } = row;
  if (stateObject === null) throw new AppError("task.state_lost_race");
  const savedAt = ctx.now().toISOString();
  const before = [...row.oldStateObjects, ...(row.stateObject === null ? [] : [row.stateObject])];
  const kept = before.slice(-OLD_KEPT);
  // first, while the row still names them: a failure is then repeated, and leaves nothing that nobody knows of
  await ctx.objects.remove(assignment.tenantId, before.slice(0, -OLD_KEPT));
  const set = {
    saved: { ...state, savedAt },
    ...{ stateSeq: state.seq, journalSeq: 0, stateObject, uploadObject: null, oldStateObjects: kept },
  };
  await table.write(
    {
      do: "update",
      sk: agentSk(row.id),
      set,
      if: {
        taskId: ctx.actor.taskId,
        generation: assignment.generation,
        stateSeq: state.seq - 1,
        uploadObject: stateObject,
      },
      otherwise: "task.state_lost_race",
    },
    happened(row, "agent.state_saved", ctx.now(), `${state.bytes} bytes`),
    audited(ctx, "agent.state_saved", { agentId: row.id, seq: state.seq }),
  );
  await tellDevices(ctx, table, row);
}

export async function getState(ctx: StateCtx) {
  const { assignment, row } = await holdAgent(ctx);
  if (!row.saved || row.stateObject === null) return null;
  const url = await ctx.objects.presignGet(assignment.tenantId, row.stateObject, UPLOAD_SECONDS);
  return { seq: row.saved.seq, url, bytes: row.saved.bytes, expiresAt: expiry(ctx) };
}

const expiry = ({ now }: TaskCtx): string => new Date(now().getTime() + UPLOAD_SECONDS * 1000).toISOString();
