import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import type { PageOptions } from "#platform/tables/rows.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { GrantView } from "#shared/contracts/grants.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   sk                            item
 *   GRANT#<grantId>               what one person has asked of another, and given
 *   GRANTSOF#<userId>#<grantId>   that it is about this person; a row for either of the two
 */
const grantSk = (grantId: Id<"grant">) => `GRANT#${grantId}`;
const sideSk = (userId: Id<"user">, grantId: Id<"grant">) => `GRANTSOF#${userId}#${grantId}`;

const Pair = z.object({ toIssuer: z.string(), toSubject: z.string() });

export const GrantRow = GrantView.omit({ side: true, request: true, grant: true, state: true }).extend({
  state: z.enum(["asked", "approved", "denied", "withdrawn", "revoked"]), // that its time is over is told by the time
  request: Pair,
  grant: Pair.nullable(),
});
export type GrantRow = z.infer<typeof GrantRow>;

export async function findGrant(table: TenantTable, grantId: Id<"grant">): Promise<GrantRow | undefined> {
  const row = await table.get(grantSk(grantId));
  return row && GrantRow.parse(row);
}

const Side = z.object({ grantId: idOf("grant") });

export async function pageGrants(table: TenantTable, userId: Id<"user">, options: PageOptions) {
  const { items, next } = await table.page(`GRANTSOF#${userId}#`, options);
  const rows = await Promise.all(items.map((item) => findGrant(table, Side.parse(item).grantId)));
  return { rows: rows.filter((row) => row !== undefined), next };
}

const KEPT_SECONDS = 30 * 86_400; // what is over, or was never answered, can be seen that long

const diesAfter = (end: Date) => ({ ttlSeconds: Math.floor(end.getTime() / 1000) + KEPT_SECONDS });

/** @param end when nobody can answer it any more */
export function insertGrant(row: GrantRow, end: Date): Change[] {
  const dies = diesAfter(end);
  const sides = sidesOf(row).map(
    (sk): Change => ({ do: "insert", sk, item: { grantId: row.id, ...dies }, otherwise: "grant.exists" }),
  );
  return [{ do: "insert", sk: grantSk(row.id), item: { ...row, ...dies }, otherwise: "grant.exists" }, ...sides];
}

/** From one state into another: of two answers at once, one counts. @param end of what it comes to; null: it has none */
export function moveGrant(
  row: Pick<GrantRow, "id" | "state" | "issuerId" | "subjectId">,
  set: Partial<GrantRow> & Pick<GrantRow, "state">,
  end: Date | null,
): Change[] {
  const refusal = { otherwise: "grant.settled", missing: "grant.not_found" } as const;
  const life = end ? { set: diesAfter(end) } : { remove: ["ttlSeconds"] };
  return [
    { do: "update", sk: grantSk(row.id), ...life, set: { ...set, ...life.set }, if: { state: row.state }, ...refusal },
    ...sidesOf(row).map((sk): Change => ({ do: "update", sk, ...life, ...refusal })),
  ];
}

const sidesOf = ({ id, issuerId, subjectId }: Pick<GrantRow, "id" | "issuerId" | "subjectId">) =>
  [issuerId, subjectId].map((userId) => sideSk(userId, id));

export const countUse = (grantId: Id<"grant">): Change => ({
  do: "update",
  sk: grantSk(grantId),
  add: { uses: 1 },
  otherwise: "grant.not_found",
});
