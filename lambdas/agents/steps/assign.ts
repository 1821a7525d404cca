import { createHash, randomBytes } from "node:crypto";
import { audited } from "#lambdas/audit/audit.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { writeRelayControl } from "#shared/channel/control.ts";
import type { Launch } from "#shared/contracts/agents.ts";
import { launchMessage, writeLaunch } from "#shared/crypto/agents/launch.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { tellDevices } from "../lifecycle/tell.ts";
import { type AgentRow, changeAgent, withStep } from "../rows/agent.repository.ts";
import { putEnd } from "../rows/connection.repository.ts";
import { happened } from "../rows/event.repository.ts";
import { putLaunch } from "../rows/launch.repository.ts";
import { changeTask, findTask, type TaskRow } from "../rows/task.repository.ts";
import { isOfImage } from "./find.ts";
import { type About, isStartOf, readSubject, type StepCtx } from "./step.ts";

const LOCKED_MS = 30 * 60_000; // how long a task waits for a device to unlock it

/** The task was run; from here on it has three minutes to call. */
export async function awaitTask(
  ctx: StepCtx,
  about: About,
  { taskId, taskArn, token }: { readonly taskId: Id<"task">; readonly taskArn: string; readonly token: string },
): Promise<void> {
  const { table, row } = await readSubject(ctx, about);
  if (row && isStartOf(row, about)) {
    const steps = withStep(row, "task_found", ctx.now());
    await table.write(changeAgent(row, { taskArn, steps }), happened(row, "agent.task_found", ctx.now()));
  }
  await ctx.directory.write(changeTask(taskId, { taskArn, callback: token }));
  const task = await findTask(ctx.directory, taskId);
  if (task?.connectionId) await ctx.machines.proceed(token, {}); // it was faster than this step
}

/** Vouches for the task with the launch key, tells it whose it is, and lets devices unlock it. */
export async function assignAgent(
  ctx: StepCtx,
  about: About,
  taskId: Id<"task">,
): Promise<{ readonly assigned: "yes" | "gone" | "superseded" }> {
  const { assignment } = about;
  const { table, row } = await readSubject(ctx, about);
  const task = await findTask(ctx.directory, taskId);
  const { connectionId } = task ?? {};
  if (row && connectionId && isAssigned(row, about, taskId))
    return tellAssigned(ctx, { about, table, row, connectionId });
  if (!row || !isStartOf(row, about)) return { assigned: "superseded" };
  if (!task || !connectionId || !task.bootSignPub || !task.bootKemPub) return { assigned: "gone" };
  if (!isOfImage(ctx, task)) return { assigned: "gone" }; // an update came between: what it runs cannot be vouched for

  const launch = await vouch(ctx, about, task);
  const next: AgentRow = { ...row, state: "locked", connectionId, steps: withStep(row, "assigned", ctx.now()) };
  const { steps } = next;
  const until = new Date(ctx.now().getTime() + LOCKED_MS);
  try {
    await table.write(
      changeAgent(row, { state: "locked", connectionId, steps }, until),
      putLaunch(row.id, launch),
      { ...changeTask(taskId, { connectionId }), if: { connectionId }, otherwise: "task.replaced" },
      putEnd(connectionId, { side: "task", taskId, assignment }, ctx.now()),
      happened(row, "agent.assigned", ctx.now()),
      audited(ctx, "agent.assigned", { agentId: row.id, taskId, generation: row.generation }),
    );
  } catch (error) {
    if (error instanceof AppError && error.code === "agent.changed") return { assigned: "superseded" };
    if (error instanceof AppError && error.code === "task.replaced") return assignAgent(ctx, about, taskId); // its socket is another by now
    throw error;
  }
  return tellAssigned(ctx, { about, table, row: next, connectionId });
}

/** This step was done and could not say so: it is said again. */
const isAssigned = (row: AgentRow, { assignment }: About, taskId: Id<"task">): boolean =>
  row.state === "locked" && row.taskId === taskId && row.generation === assignment.generation;

interface Assigned {
  readonly about: About;
  readonly table: TenantTable;
  readonly row: AgentRow;
  readonly connectionId: string;
}

/** A task whose socket has just gone asks whose it is when it is back; one that has died is replaced when ECS says so. */
async function tellAssigned(
  ctx: StepCtx,
  { about, table, row, connectionId }: Assigned,
): Promise<{ readonly assigned: "yes" }> {
  await ctx.connections.post(connectionId, writeRelayControl({ v: 1, control: "assign", ...about.assignment }));
  await tellDevices(ctx, table, row);
  return { assigned: "yes" };
}

async function vouch({ launchSigner, image }: StepCtx, { assignment, size }: About, task: TaskRow): Promise<Launch> {
  const { bootSignPub, bootKemPub } = task;
  if (!bootSignPub || !bootKemPub) throw new Error("agents: a task without boot keys cannot be vouched for");
  const statement = writeLaunch({
    taskId: task.id,
    agentId: assignment.agentId,
    generation: assignment.generation,
    imageDigest: image.digest,
    taskDefinitionHash: createHash("sha256").update(image.definitions[size]).digest(),
    bootSignKey: asSignPublicKey(decodeBase64url(bootSignPub)),
    bootKemKeyHash: sha256(decodeBase64url(bootKemPub)),
    nonce: randomBytes(32),
  });
  const [signature, launchKey] = await Promise.all([
    launchSigner.sign(launchMessage(statement)),
    launchSigner.publicKey(),
  ]);
  return {
    taskId: task.id,
    generation: assignment.generation,
    statement: encodeBase64url(statement),
    signature: encodeBase64url(signature),
    launchKey: encodeBase64url(launchKey),
    ...{ bootSignPub, bootKemPub },
  };
}
