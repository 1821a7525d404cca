import { type Telling, tellDevices } from "#lambdas/agents/lifecycle/tell.ts";
import { type AgentRow, changeAgent, type Due, isOneOf, withStep } from "#lambdas/agents/rows/agent.repository.ts";
import { happened } from "#lambdas/agents/rows/event.repository.ts";
import { recordStart } from "#lambdas/agents/rows/start-times.repository.ts";
import { findTask, offerTask } from "#lambdas/agents/rows/task.repository.ts";
import { type AuditEvent, audited } from "#lambdas/audit/audit.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import type { Machines } from "#platform/services/machines.ts";
import type { AgentEvent } from "#shared/contracts/agents.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import { holdAgent } from "./assigned.ts";
import { letGoOn } from "./callbacks.ts";

type Report = Input<(typeof tasksContract)["report"]>;
export type ReportCtx = TaskCtx & Telling & { readonly machines: Pick<Machines, "proceed"> };

const PAUSE_AFTER_MS = 30 * 60_000; // without a word from anyone
const STOP_AFTER_MS = 4 * 3_600_000; // paused
const TRIES = 5;

/** What a task says of itself. It is believed about itself alone: nothing here opens anything. */
export async function report(ctx: ReportCtx, said: Report): Promise<{ readonly done: true }> {
  if (said.fact === "connected") await letGoOn(ctx, "callback");
  else if (said.fact === "openclaw_ready") await offer(ctx);
  else await note(ctx, said);
  return { done: true };
}

/** A free task joins the pool it was expected in. */
async function offer({ actor, directory, now }: ReportCtx): Promise<void> {
  const task = await findTask(directory, actor.taskId);
  if (!task || task.assignment) return;
  try {
    await directory.write(...offerTask(task, now()));
  } catch (error) {
    if (!(error instanceof AppError)) throw error; // it was claimed this moment
  }
}

/** Another device or the sweep may change the agent at the same moment: then it is looked at again. */
async function note(ctx: ReportCtx, said: Report): Promise<void> {
  for (let nth = 1; ; nth += 1) {
    try {
      return await noteOnce(ctx, said);
    } catch (error) {
      if (nth === TRIES || !(error instanceof AppError && error.code === "agent.changed")) throw error;
    }
  }
}

interface News {
  readonly set: Partial<AgentRow>;
  readonly due?: Due;
  readonly event?: AgentEvent["event"];
  readonly audit?: AuditEvent;
}

async function noteOnce(ctx: ReportCtx, said: Report): Promise<void> {
  const { table, row } = await holdAgent(ctx);
  const news = newsOf(row, said, ctx.now());
  if (!news) return;
  const { set, due, event, audit } = news;
  await table.write(
    changeAgent(row, set, due),
    ...(event ? [happened(row, event, ctx.now(), said.detail ?? null)] : []),
    ...(audit ? [audited(ctx, audit, { agentId: row.id, generation: row.generation })] : []),
  );
  if (event === "agent.ready")
    await recordStart(ctx.directory, row.size, row.startedWarm ? "warm" : "cold", age(row, ctx));
  if (event) await tellDevices(ctx, table, { ...row, ...set });
}

/** Undefined for what does not fit the agent's state: it has moved on. */
function newsOf(row: AgentRow, { fact, firstMessage, detail }: Report, now: Date): News | undefined {
  const soon = new Date(now.getTime() + PAUSE_AFTER_MS);
  const lastActiveAt = now.toISOString();
  if (fact === "unlocked" && row.state === "locked") {
    const set = {
      state: "running",
      unlocked: true,
      lastActiveAt,
      nudges: 0,
      steps: withStep(row, "unlocked", now),
    } as const;
    return { set, due: soon, event: "agent.unlocked", audit: "agent.unlocked" };
  }
  if (fact === "ready" && isOneOf(row.state, "running", "paused")) {
    const isFirst = !row.steps.some(({ step }) => step === "ready"); // OpenClaw may come up again in the same task
    return { set: { steps: withStep(row, "ready", now), cause: null }, ...(isFirst ? { event: "agent.ready" } : {}) };
  }
  if (fact === "paused" && row.state === "running")
    return { set: { state: "paused" }, due: new Date(now.getTime() + STOP_AFTER_MS), event: "agent.paused" };
  const isBack = row.state === "paused" && (fact === "resumed" || fact === "active");
  if (!isBack && !(fact === "active" && row.state === "running")) return fact === "failed" ? failed(detail) : undefined;
  const first = firstMessage && !row.firstMessageAt ? { firstMessageAt: lastActiveAt } : {};
  const set = { lastActiveAt, nudges: 0, ...first, ...(isBack ? { state: "running" as const } : {}) };
  return { set, due: soon, ...(isBack ? { event: "agent.resumed" as const } : {}) };
}

const failed = (detail: string | undefined): News => ({
  set: { cause: detail ?? "The task failed." },
  audit: "agent.failed",
});

const age = ({ steps }: AgentRow, { now }: ReportCtx): number =>
  Math.round((now().getTime() - Date.parse(steps[0]?.at ?? now().toISOString())) / 100) / 10;
