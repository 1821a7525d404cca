import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Opening } from "#shared/contracts/vault-openings.ts";
import { type Id, idOf } from "#shared/ids.ts";
import { partsOf } from "../vault.repository.ts";

/**
 *   IN#<vaultId>#OPENING#<openingId>          an opening that is asked for, until it has ended
 *   IN#<vaultId>#ANSWERTO#<openingId>#<userId>  what a holder answered: once
 */
const openingPrefix = (vaultId: Id<"vault">) => `${partsOf(vaultId)}OPENING#`;
const answerPrefix = (vaultId: Id<"vault">, openingId: Id<"opening">) => `${partsOf(vaultId)}ANSWERTO#${openingId}#`;

const OpeningRow = Opening.omit({ reason: true, answers: true }).extend({
  reasons: z.array(z.object({ userId: idOf("user"), reason: z.string() })),
});
export type OpeningRow = z.infer<typeof OpeningRow>;
type Answer = Opening["answers"][number];

export async function listOpeningRows(table: TenantTable, vaultId: Id<"vault">): Promise<OpeningRow[]> {
  const rows: OpeningRow[] = [];
  for await (const row of table.list(openingPrefix(vaultId))) rows.push(OpeningRow.parse(row));
  return rows;
}

export async function findOpening(table: TenantTable, vaultId: Id<"vault">, id: Id<"opening">) {
  const row = await table.get(`${openingPrefix(vaultId)}${id}`);
  return row && OpeningRow.parse(row);
}

export async function listAnswers(table: TenantTable, vaultId: Id<"vault">, id: Id<"opening">): Promise<Answer[]> {
  const answers: Answer[] = [];
  for await (const row of table.list(answerPrefix(vaultId, id))) answers.push(Opening.shape.answers.element.parse(row));
  return answers;
}

const ttlOf = (expiresAt: string) => Math.ceil(Date.parse(expiresAt) / 1000);

export const insertOpening = (vaultId: Id<"vault">, row: OpeningRow): Change => ({
  do: "insert",
  sk: `${openingPrefix(vaultId)}${row.id}`,
  item: { ...row, ttlSeconds: ttlOf(row.expiresAt) },
  otherwise: "request.conflict",
});

/** With the check that the opening is still there. */
export const insertAnswer = (vaultId: Id<"vault">, { id, expiresAt }: OpeningRow, answer: Answer): Change[] => [
  { do: "check", sk: `${openingPrefix(vaultId)}${id}`, if: { expiresAt }, otherwise: "opening.not_found" },
  {
    do: "insert",
    sk: `${answerPrefix(vaultId, id)}${answer.userId}`,
    item: { ...answer, ttlSeconds: ttlOf(expiresAt) },
    otherwise: "opening.answered",
  },
];
