import { type Telling, tellTask } from "#lambdas/agents/lifecycle/tell.ts";
import { type Waking, wakeAgent } from "#lambdas/agents/lifecycle/wake.ts";
import { type AgentRow, findAgent, isOneOf } from "#lambdas/agents/rows/agent.repository.ts";
import { audited } from "#lambdas/audit/audit.ts";
import { countUse, findGrant, type GrantRow } from "#lambdas/grants/grant.repository.ts";
import { stateOf } from "#lambdas/grants/grants.ts";
import {
  answerWith,
  findAnswer,
  findUse,
  insertUse,
  listRevoked,
  pageUses,
  USE_SECONDS,
} from "#lambdas/grants/use.repository.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { tasksContract } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, timeOf } from "#shared/ids.ts";
import { type Held, holdAgent } from "./assigned.ts";
import { fitting } from "./journal.ts";

type Routes = typeof tasksContract;

const USES_READ = 50;
const RATE = { what: "grant-uses", max: 60, seconds: 60 };
const NEW_MS = 120_000; // ids say when they were made, and are read in that order

/** One agent asks another to act. The platform knows that it does; what it asks is sealed, and judged by the other. */
export async function postUse(ctx: TaskCtx & Waking, { grantId, useId, blob }: Input<Routes["postUse"]>) {
  const held = await holdAgent(ctx);
  const grant = await getGiven(held, grantId);
  const { table, assignment } = held;
  const issuerAgent = grant.issuerAgentId && (await findAgent(table, grant.issuerAgentId));
  demandUsable(ctx, grant, issuerAgent || undefined);
  const now = ctx.now();
  if (Math.abs(now.getTime() - timeOf(useId).getTime()) > NEW_MS)
    throw new AppError("request.invalid", { details: { errors: [{ path: "useId", reason: "expected a new id" }] } });
  await countRate(ctx.directory, { ...RATE, who: grantId }, now);
  if (!issuerAgent) throw new AppError("grant.not_usable");
  const use = { useId, grantId, subjectAgentId: held.row.id, at: now.toISOString(), blob };
  await table.write(insertUse(issuerAgent.id, use));
  const isEnding = issuerAgent.state === "stopping";
  if (isEnding || issuerAgent.connectionId === null || !(await tellTask(ctx, issuerAgent, "wake")))
    await wakeAgent(ctx, { tenantId: assignment.tenantId, table }, issuerAgent);
  return { expiresAt: new Date(now.getTime() + USE_SECONDS * 1000).toISOString() };
}

/** A grant to this task's agent; any other answers like one that does not exist. */
async function getGiven({ table, row }: Held, grantId: Id<"grant">): Promise<GrantRow> {
  const grant = await findGrant(table, grantId);
  if (grant?.subjectAgentId !== row.id) throw new AppError("grant.not_found");
  return grant;
}

function demandUsable({ now }: TaskCtx, grant: GrantRow, issuerAgent: AgentRow | undefined): void {
  const state = stateOf(grant, now());
  if (state !== "approved" || grant.tier !== "live" || !issuerAgent || isOneOf(issuerAgent.state, "deleting"))
    throw new AppError("grant.not_usable", { details: { state } });
  if (grant.uses >= grant.maxUses) throw new AppError("grant.used_up");
}

export async function getUse(ctx: TaskCtx, { grantId, useId }: Input<Routes["getUse"]>) {
  const held = await holdAgent(ctx);
  const { issuerAgentId } = await getGiven(held, grantId);
  if (issuerAgentId === null) throw new AppError("use.not_found");
  const answered = await findAnswer(held.table, issuerAgentId, useId);
  if (answered?.grantId === grantId) return { state: "answered" as const, answer: answered.answer };
  const waiting = await findUse(held.table, issuerAgentId, useId);
  return { state: waiting?.grantId === grantId ? ("waiting" as const) : ("expired" as const), answer: null };
}

export async function readUses(ctx: TaskCtx, { after }: Input<Routes["readUses"]>) {
  const { table, row } = await holdAgent(ctx);
  const [page, revocations] = await Promise.all([
    pageUses(table, row.id, { now: ctx.now(), limit: USES_READ, after }),
    listRevoked(table, row.id),
  ]);
  const { kept, more } = fitting(page.uses);
  return { uses: kept, more: more || page.more, revocations };
}

/** Said again, it is done already. */
export async function answerUse(ctx: TaskCtx & Telling, input: Input<Routes["answerUse"]>) {
  const { useId, grantId, answer, counted } = input;
  const { table, row } = await holdAgent(ctx);
  const use = await findUse(table, row.id, useId);
  if (use?.grantId !== grantId) {
    if ((await findAnswer(table, row.id, useId))?.grantId === grantId) return { done: true } as const;
    throw new AppError("use.not_found");
  }
  await table.write(
    ...answerWith(row.id, use, { answer, at: ctx.now().toISOString() }),
    ...(counted ? [countUse(grantId), audited(ctx, "grant.used", { grantId, agentId: row.id })] : []),
  );
  const asker = await findAgent(table, use.subjectAgentId);
  if (asker) await tellTask(ctx, asker, "wake");
  return { done: true } as const;
}
