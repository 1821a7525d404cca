import type * as z from "zod";
import { agentSk, partsOf } from "#lambdas/agents/rows/agent.repository.ts";
import type { TaskCtx } from "#platform/rules/context.ts";
import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import type { Input } from "#shared/contracts/route.ts";
import { JournalEntry, type tasksContract } from "#shared/contracts/tasks.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { holdAgent } from "./assigned.ts";

type Routes = typeof tasksContract;

const padded = (seq: number): string => String(seq).padStart(10, "0");
const linesAfter = (agentId: Id<"agent">, stateSeq: number): string =>
  `${partsOf(agentId)}JOURNAL#${padded(stateSeq)}#`;

const LINES_READ = 50;
const BYTES_READ = 1_000_000;
const DELETES_AT_ONCE = 50;

/**
 * Lines are added only where the last ones ended, by the task that holds the agent. The same lines again, after a reply that was
 * lost, are taken as they were; other lines in their place are refused.
 */
export async function appendJournal(ctx: TaskCtx, { stateSeq, entries }: Input<Routes["appendJournal"]>) {
  const { table, row, assignment } = await holdAgent(ctx);
  const first = entries[0]?.seq ?? 0;
  const last = first + entries.length - 1;
  if (entries.some(({ seq }, nth) => seq !== first + nth)) throw new AppError("journal.gap");
  const prefix = linesAfter(row.id, stateSeq);
  const lines = entries.map(
    (entry): Change => ({ do: "insert", sk: `${prefix}${padded(entry.seq)}`, item: entry, otherwise: "journal.gap" }),
  );
  const end: Change = {
    do: "update",
    sk: agentSk(row.id),
    set: { journalSeq: last },
    if: { taskId: ctx.actor.taskId, generation: assignment.generation, stateSeq, journalSeq: first - 1 },
    otherwise: "journal.gap",
  };
  try {
    await table.write(end, ...lines);
  } catch (error) {
    const isGap = error instanceof AppError && error.code === "journal.gap";
    if (!isGap || !(await areThere(table, prefix, entries))) throw error;
  }
  return { done: true } as const;
}

async function areThere(
  table: TenantTable,
  prefix: string,
  entries: readonly z.infer<typeof JournalEntry>[],
): Promise<boolean> {
  const rows = await Promise.all(entries.map(({ seq }) => table.get(`${prefix}${padded(seq)}`)));
  return rows.every((row, nth) => row?.["blob"] === entries[nth]?.blob);
}

export async function readJournal(ctx: TaskCtx, { stateSeq, after }: Input<Routes["readJournal"]>) {
  const { table, row } = await holdAgent(ctx);
  const prefix = linesAfter(row.id, stateSeq);
  const cursor = after > 0 ? `${prefix}${padded(after)}` : undefined;
  const { items, next } = await table.page(prefix, { limit: LINES_READ, cursor });
  const { kept, more } = fitting(items.map((item) => JournalEntry.parse(item)));
  return { entries: kept, more: more || next !== null };
}

/** As many as fit into one answer; at least one. */
export function fitting<T extends { readonly blob: string }>(all: readonly T[]): { kept: T[]; more: boolean } {
  let bytes = 0;
  const end = all.findIndex(({ blob }, nth) => {
    bytes += blob.length;
    return nth > 0 && bytes > BYTES_READ;
  });
  return end === -1 ? { kept: [...all], more: false } : { kept: all.slice(0, end), more: true };
}

/** Lines that the state of this number holds. */
export async function eraseJournal(table: TenantTable, agentId: Id<"agent">, before: number): Promise<void> {
  const old: Change[] = [];
  for await (const { sk } of table.list(linesAfter(agentId, before - 1))) {
    old.push({ do: "delete", sk: String(sk), orMissing: true, otherwise: "journal.gap" });
  }
  for (let from = 0; from < old.length; from += DELETES_AT_ONCE) {
    await table.write(...old.slice(from, from + DELETES_AT_ONCE));
  }
}
