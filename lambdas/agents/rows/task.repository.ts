import * as z from "zod";
import type { DirectoryChange } from "#platform/tables/change.ts";
import type { Directory } from "#platform/tables/directory.ts";
import { hashSecret } from "#platform/tokens/secret.ts";
import { Instant } from "#shared/contracts/route.ts";
import { Assignment } from "#shared/contracts/tasks.ts";
import { type Id, idOf } from "#shared/ids.ts";
import type { AgentSize } from "#shared/quotas.ts";

/**
 * Tasks belong to no tenant until one is assigned, so they stand in the directory:
 *   pk                     sk          item
 *   TASK#<taskId>          TASK        one ECS task
 *   TICKET#<hash>          TICKET      what a task's launch ticket was made for; used once
 *   POOL#<size>            <taskId>    a free task, up or on its way; whoever deletes the row has claimed it
 */
export const TaskRow = z.object({
  id: idOf("task"),
  size: z.enum(["small", "medium", "large"]),
  assignment: Assignment.nullable(),
  definition: z.string(), // the task definition it runs, with its revision: the image that is vouched for
  taskArn: z.string().nullable(),
  bootSignPub: z.string().nullable(), // base64url, from the exchange on
  bootKemPub: z.string().nullable(),
  connectionId: z.string().nullable(),
  callback: z.string().nullable(), // lets the step go on that waits for its socket
  savedCallback: z.string().nullable().default(null), // and the one that waits for its last state
  createdAt: Instant,
  endedAt: Instant.nullable().default(null), // ECS said that it has stopped
});
export type TaskRow = z.infer<typeof TaskRow>;

const TASK_DAYS = 400; // no task lives longer
const TICKET_SECONDS = 600;

const secondsOf = (at: Date): number => Math.floor(at.getTime() / 1000);

export async function findTask(directory: Directory, taskId: Id<"task">): Promise<TaskRow | undefined> {
  const row = await directory.at(`TASK#${taskId}`).get("TASK");
  return row && TaskRow.parse(row);
}

/** A task that is about to be run, and the ticket by which it will prove to be it. */
export function insertTask(
  { id, size, assignment, definition }: Pick<TaskRow, "id" | "size" | "assignment" | "definition">,
  ticket: string,
  now: Date,
): DirectoryChange[] {
  const item: TaskRow = {
    ...{ id, size, assignment, definition, createdAt: now.toISOString() },
    ...{
      taskArn: null,
      bootSignPub: null,
      bootKemPub: null,
      connectionId: null,
      callback: null,
      savedCallback: null,
      endedAt: null,
    },
  };
  return [
    {
      do: "insert",
      pk: `TASK#${id}`,
      sk: "TASK",
      item: { ...item, ttlSeconds: secondsOf(now) + TASK_DAYS * 86_400 },
      otherwise: "task.replaced",
    },
    {
      do: "insert",
      pk: `TICKET#${hashSecret("launch", ticket)}`,
      sk: "TICKET",
      item: { taskId: id, ttlSeconds: secondsOf(now) + TICKET_SECONDS },
      otherwise: "task.ticket_invalid",
    },
  ];
}

/** Whose ticket this is, if it is one still. */
export async function findTicket(directory: Directory, ticket: string): Promise<Id<"task"> | undefined> {
  const row = await directory.at(`TICKET#${hashSecret("launch", ticket)}`).get("TICKET");
  return row && z.object({ taskId: idOf("task") }).parse(row).taskId;
}

export const useTicket = (ticket: string): DirectoryChange => ({
  do: "delete",
  pk: `TICKET#${hashSecret("launch", ticket)}`,
  sk: "TICKET",
  otherwise: "task.ticket_invalid",
  missing: "task.ticket_invalid",
});

export const changeTask = (taskId: Id<"task">, set: Partial<TaskRow>): DirectoryChange & { readonly do: "update" } => ({
  do: "update",
  pk: `TASK#${taskId}`,
  sk: "TASK",
  set,
  otherwise: "task.not_found",
});

/** The task becomes this agent's. Once: a task that is anyone's can never become another's. */
export const assignTask = (taskId: Id<"task">, assignment: Assignment): DirectoryChange => ({
  ...changeTask(taskId, { assignment }),
  if: { assignment: null },
  otherwise: "task.replaced",
});

/** A task on its way to the pool: it counts, and is claimed after those that are up. If it never comes up, the row ends by itself. */
export const expectTask = ({ id, size }: Pick<TaskRow, "id" | "size">, now: Date): DirectoryChange => ({
  do: "insert",
  pk: `POOL#${size}`,
  sk: id,
  item: { taskId: id, ttlSeconds: secondsOf(now) + TICKET_SECONDS },
  otherwise: "task.replaced",
});

/** It is up: from now on it is claimed before those that are not. One that took long may have lost its place, and gets it again. */
export const offerTask = ({ id, size }: Pick<TaskRow, "id" | "size">, now: Date): DirectoryChange[] => [
  {
    do: "put",
    pk: `POOL#${size}`,
    sk: id,
    item: { taskId: id, readyAt: now.toISOString() },
    orMissing: true,
    otherwise: "task.replaced",
  },
  {
    do: "check",
    pk: `TASK#${id}`,
    sk: "TASK",
    if: { assignment: null, endedAt: null },
    otherwise: "task.replaced",
  },
];

/** To claim a task, and to take a dead one off the list. */
export const takeTask = ({ id, size }: Pick<TaskRow, "id" | "size">): DirectoryChange => ({
  do: "delete",
  pk: `POOL#${size}`,
  sk: id,
  otherwise: "task.replaced",
});

/** One run of the pool at a time: of two that begin at once, one does the work. */
export const leasePool = (size: AgentSize, now: Date): DirectoryChange => ({
  do: "update",
  pk: `POOL#${size}`,
  sk: "FILLING",
  set: { until: new Date(now.getTime() + FILLING_MS).toISOString() },
  if: { until: { lte: now.toISOString() } },
  orMissing: true,
  otherwise: "request.conflict",
});

export const releasePool = (size: AgentSize): DirectoryChange => ({
  do: "delete",
  pk: `POOL#${size}`,
  sk: "FILLING",
  orMissing: true,
  otherwise: "request.conflict",
});

const FILLING_MS = 30_000;

interface Pooled {
  readonly taskId: Id<"task">;
  readonly isUp: boolean; // its OpenClaw answers
}

export async function* listPool(directory: Directory, size: AgentSize): AsyncIterable<Pooled> {
  for await (const row of directory.at(`POOL#${size}`).list("tsk_")) {
    yield { taskId: idOf("task").parse(row["taskId"]), isUp: row["readyAt"] !== undefined };
  }
}
