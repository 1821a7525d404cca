import { audited } from "#lambdas/audit/audit.ts";
import type { Change } from "#platform/tables/change.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { freshStart } from "../lifecycle/start.ts";
import { tellDevices, tellTask } from "../lifecycle/tell.ts";
import {
  type AgentRow,
  agentSk,
  changeAgent,
  countAgents,
  isOneOf,
  moveBy,
  partsOf,
} from "../rows/agent.repository.ts";
import { happened } from "../rows/event.repository.ts";
import { changeTask } from "../rows/task.repository.ts";
import { type About, isStartOf, readSubject, type StepCtx } from "./step.ts";

/** Which task is to be ended, and whether it holds a state that can be sealed first. */
export async function locateTask(
  ctx: StepCtx,
  about: About,
): Promise<{ readonly taskArn: string | null; readonly taskId: Id<"task"> | null; readonly saves: boolean }> {
  const { row } = await readSubject(ctx, about);
  const { taskArn = null, taskId = null } = row ?? {};
  return { taskArn, taskId, saves: row?.state === "stopping" && row.unlocked && row.connectionId !== null };
}

/** Asks the task to seal its state. It answers by its last commit, which lets the machine go on. @throws when nobody hears */
export async function suspendTask(
  ctx: StepCtx,
  about: About,
  { taskId, token }: { readonly taskId: Id<"task">; readonly token: string },
): Promise<void> {
  const { row } = await readSubject(ctx, about);
  await ctx.directory.write(changeTask(taskId, { savedCallback: token }));
  if (!row || !(await tellTask(ctx, row, "suspend"))) throw new Error("agents: the task to be suspended is gone");
}

/** Stopped; or, when it was woken meanwhile, on its way up again, which the machine goes on with. */
export async function finishStop(
  ctx: StepCtx,
  about: About,
): Promise<{ readonly again: boolean; readonly generation: number }> {
  const { generation } = about.assignment;
  const { table, row } = await readSubject(ctx, about);
  if (row?.state === "starting" && row.generation === generation + 1)
    return { again: true, generation: row.generation }; // said twice
  if (row?.state !== "stopping" || row.generation !== generation) return { again: false, generation };
  const now = ctx.now();
  // an agent that no device unlocked could not take its messages: it waits stopped for someone to come
  const isWanted = row.wakeWanted || (row.unlocked && row.queued > 0);
  const fresh = freshStart(generation + 1, now);
  const stopped = { state: "stopped", taskId: null, taskArn: null, connectionId: null, unlocked: false } as const;
  const next: AgentRow = { ...row, ...(isWanted ? fresh : stopped) };
  const events = [happened(row, "agent.stopped", now), ...(isWanted ? [happened(next, "agent.requested", now)] : [])];
  const change = isWanted ? changeAgent(row, fresh, moveBy(now)) : changeAgent(row, stopped, null);
  const seen = { ...change.if, wakeWanted: row.wakeWanted, queued: row.queued }; // who wakes it meanwhile is not overlooked
  try {
    await table.write({ ...change, if: seen }, ...events);
  } catch (error) {
    if (error instanceof AppError && error.code === "agent.changed") return finishStop(ctx, about);
    throw error;
  }
  await tellDevices(ctx, table, next);
  return { again: isWanted, generation: next.generation };
}

/** The start failed for good; its owner is told why and can try again. */
export async function giveUp(ctx: StepCtx, about: About, cause: string): Promise<void> {
  const { table, row } = await readSubject(ctx, about);
  if (!row || !isStartOf(row, about)) return;
  await table.write(
    changeAgent(row, { state: "crashed", cause, connectionId: null }, null),
    happened(row, "agent.crashed", ctx.now(), cause),
    audited(ctx, "agent.crashed", { agentId: row.id, generation: row.generation }),
  );
  await tellDevices(ctx, table, { ...row, state: "crashed" });
}

const DELETES_AT_ONCE = 50;

/** Every row and every object of the agent, and last its own row, so that a failure half-way can be repeated. */
export async function eraseAgent(ctx: StepCtx, about: About): Promise<void> {
  const { table, row } = await readSubject(ctx, about);
  if (!row || !isOneOf(row.state, "deleting")) return;
  const objects = [...row.oldStateObjects, row.stateObject, row.uploadObject].filter((name) => name !== null);
  await ctx.objects.remove(about.assignment.tenantId, objects);
  await tellDevices(ctx, table, row);
  let deletes: Change[] = [];
  const flush = async () => {
    if (deletes.length > 0) await table.write(...deletes);
    deletes = [];
  };
  for await (const { sk } of table.list(partsOf(row.id))) {
    deletes.push({ do: "delete", sk: String(sk), orMissing: true, otherwise: "agent.changed" });
    if (deletes.length === DELETES_AT_ONCE) await flush();
  }
  await flush();
  try {
    await table.write({ do: "delete", sk: agentSk(row.id), otherwise: "agent.not_found" }, countAgents(-1, null));
  } catch (error) {
    if (!(error instanceof AppError && error.code === "agent.not_found")) throw error;
  }
}
