import * as z from "zod";
import type { Change, Item, Update } from "#platform/tables/change.ts";
import { shardOf } from "#platform/tables/due.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Agent, type AgentState, type STEPS } from "#shared/contracts/agents.ts";
import { Instant } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   sk                             item                                          index
 *   AGENT#<agentId>                an agent                                      AGENTS#<userId>: their own
 *   OF#<agentId>#EVENT#<eventId>   what happened to it
 *   OF#<agentId>#ENVELOPE          its secrets, sealed by its owner's root
 *   OF#<agentId>#LAUNCH            who vouches for its present task
 *   OF#<agentId>#CONN#<name>       an open socket of one of its owner's devices
 *   OF#<agentId>#JOURNAL#…         sealed lines since the saved state
 *   OF#<agentId>#QUEUE#…           sealed messages that wait for it
 *   COUNT#agents                   how many the organisation has
 */
export const AgentRow = Agent.omit({ online: true, etaSeconds: true }).extend({
  taskId: idOf("task").nullable(), // its present task, from the moment one was found
  taskArn: z.string().nullable(),
  connectionId: z.string().nullable(), // of the task, at the relay
  unlocked: z.boolean(), // by a device, in this generation
  startedWarm: z.boolean(), // the present start took a task that was waiting
  stateSeq: z.int().nonnegative(), // `saved.seq`, or 0 before the first save
  journalSeq: z.int().nonnegative(), // the last line written after that state
  stateObject: z.string().nullable(), // where the saved state lies, under the tenant's prefix
  uploadObject: z.string().nullable(), // where the next one is being put
  oldStateObjects: z.array(z.string()), // saved before it, oldest first
  queuedBytes: z.int().nonnegative(),
  crashes: z.array(Instant), // the last ones, for the back-off
  wakeWanted: z.boolean(), // somebody woke it while it was being stopped
  nudges: z.int().nonnegative().default(0), // how often the sweep had to see after its present state, since it was heard of last
});
export type AgentRow = z.infer<typeof AgentRow>;

export const agentSk = (agentId: Id<"agent">) => `AGENT#${agentId}`;
export const ownAgents = (userId: Id<"user">) => `AGENTS#${userId}`;
/** Everything kept about an agent beside its own row. */
export const partsOf = (agentId: Id<"agent">) => `OF#${agentId}#`;

export async function findAgent(table: TenantTable, agentId: Id<"agent">): Promise<AgentRow | undefined> {
  const row = await table.get(agentSk(agentId));
  return row && AgentRow.parse(row);
}

/** Another person's agent answers exactly like one that does not exist. */
export async function getOwnAgent(table: TenantTable, userId: Id<"user">, agentId: Id<"agent">): Promise<AgentRow> {
  const row = await findAgent(table, agentId);
  if (row?.ownerId !== userId) throw new AppError("agent.not_found");
  return row;
}

export const insertAgent = (row: AgentRow, due: Date): Change => ({
  do: "insert",
  sk: agentSk(row.id),
  item: { ...row, ...dueAttributes(row.id, due) },
  index: { name: ownAgents(row.ownerId), sk: row.id },
  otherwise: "agent.changed",
});

/** An agent as it was seen; with `dueAt`, one that nothing was heard of since either. */
export type Seen<T = AgentRow> = T & { readonly dueAt?: string };

/** The agent as it was seen goes on to what is set; refused when it is no longer as it was seen. */
export const changeAgent = (
  seen: Seen<Pick<AgentRow, "id" | "state" | "generation">>,
  set: Partial<AgentRow>,
  due?: Due,
): Update => ({
  do: "update",
  sk: agentSk(seen.id),
  set: { ...set, ...dueAttributes(seen.id, due) },
  ...(due === null ? { remove: ["dueShard", "dueAt"] } : {}),
  if: { state: seen.state, generation: seen.generation, ...(seen.dueAt === undefined ? {} : { dueAt: seen.dueAt }) },
  otherwise: "agent.changed",
  missing: "agent.not_found",
});

/** When an agent is looked at that nobody speaks to, or that should have arrived in its next state; null: no longer. */
export type Due = Date | null | undefined;
export const IDLE = "idle";

const MOVE_MS = 2 * 60_000;

/** A state that the machine leads on from. If it has not by then, because it was never started or has failed, the sweep sees to it. */
export const moveBy = (now: Date): Date => new Date(now.getTime() + MOVE_MS);

const dueAttributes = (agentId: Id<"agent">, due: Due): Item =>
  due ? { dueShard: `${IDLE}#${shardOf(agentId)}`, dueAt: due.toISOString() } : {};

type Step = (typeof STEPS)[number];

/** The steps so far and this one, unless it was reached before. */
export const withStep = (row: Pick<AgentRow, "steps">, step: Step, at: Date): AgentRow["steps"] =>
  row.steps.some((reached) => reached.step === step) ? row.steps : [...row.steps, { step, at: at.toISOString() }];

export const isOneOf = (state: AgentState, ...states: readonly AgentState[]): boolean => states.includes(state);

export const countAgents = (by: 1 | -1, limit: number | null): Change => ({
  do: "update",
  sk: "COUNT#agents",
  add: { agents: by },
  ...(by > 0 && limit !== null ? { if: { agents: { lt: limit } } } : {}),
  orMissing: true,
  otherwise: "quota.exceeded",
});

export async function readAgentCount(table: TenantTable): Promise<number> {
  return z.object({ agents: z.int() }).parse((await table.get("COUNT#agents")) ?? { agents: 0 }).agents;
}
