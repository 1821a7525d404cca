import { changeTask, findTask, findTicket, type TaskRow, useTicket } from "#lambdas/agents/rows/task.repository.ts";
import { makeTicket } from "#lambdas/agents/rows/ticket.repository.ts";
import type { PublicCtx, TaskCtx } from "#platform/rules/context.ts";
import type { Tokens } from "#platform/tokens/token.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { ServiceToken, tasksContract } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import { holdAgent } from "./assigned.ts";

type Routes = typeof tasksContract;

export interface Minting {
  readonly tokens: Pick<Tokens, "mint">;
}

/** The ticket goes for the token in one transaction with the boot keys: nobody can take one and leave the other. */
export async function exchange(
  ctx: PublicCtx & Minting,
  { ticket, bootSignPub, bootKemPub }: Input<Routes["exchange"]>,
) {
  const taskId = await findTicket(ctx.directory, ticket);
  if (!taskId) throw new AppError("task.ticket_invalid");
  await ctx.directory.write(useTicket(ticket), changeTask(taskId, { bootSignPub, bootKemPub }));
  return { taskId, ...(await mintFor(ctx, taskId)) };
}

/** A task that its agent has left, since it could not be reached, is told so, and ends. @throws task.replaced */
export async function renew(ctx: TaskCtx & Minting) {
  const token = await mintFor(ctx, ctx.actor.taskId);
  if (token.assignment) await holdAgent({ ...ctx, actor: { ...ctx.actor, assignment: token.assignment } });
  return token;
}

/** What a task may do follows from its row as it is now. */
async function mintFor(ctx: (PublicCtx | TaskCtx) & Minting, taskId: TaskRow["id"]): Promise<ServiceToken> {
  const task = await findTask(ctx.directory, taskId);
  if (!task) throw new AppError("task.not_found");
  if (task.endedAt !== null) throw new AppError("task.replaced");
  const { assignment } = task;
  const { tenantId: tid, agentId: agent, userId: user, generation } = assignment ?? {};
  const whose = assignment ? { tid, agent, user, generation } : {};
  const minted = await ctx.tokens.mint({ typ: "task", sub: taskId, ...whose }, ctx.now());
  return { ...minted, assignment };
}

export async function makeRelayTicket(ctx: TaskCtx) {
  const { reply, row } = makeTicket({ side: "task", taskId: ctx.actor.taskId }, ctx.now());
  await ctx.directory.write(row);
  return reply;
}
