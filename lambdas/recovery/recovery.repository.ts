import * as z from "zod";
import type { AnyChange, Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { HeldShare, OwnRecovery, RecoverySet } from "#shared/contracts/recovery.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   sk                                            item
 *   SHARES#<ownerId>                              the set in force: who holds a share
 *   HELD#<contactId>#<ownerId>                    the share itself, sealed to its contact
 *   RECOVERY#<ownerId>#<recoveryId>               one that is under way; gone when it was ended or is over
 *   RELEASE#<ownerId>#<recoveryId>#<contactId>    what a contact gave to it
 */
const SetRow = RecoverySet.omit({ isAlive: true }).extend({
  sealedTo: z.array(z.string()).default([]), // a set from before it was noted: its shares count as sealed to nothing known
});
export type SetRow = z.infer<typeof SetRow>;

const HeldRow = HeldShare.omit({ recoveries: true });
export type HeldRow = z.infer<typeof HeldRow>;

const RecoveryRow = OwnRecovery.omit({ released: true }).extend({ ownerId: idOf("user"), ttlSeconds: z.int() });
export type RecoveryRow = z.infer<typeof RecoveryRow>;

const ReleaseRow = z.object({
  recoveryId: idOf("recovery"),
  contactId: idOf("user"),
  bundleHash: z.string(),
  release: z.string(),
});
export type ReleaseRow = z.infer<typeof ReleaseRow>;

type User = Id<"user">;
const setSk = (ownerId: User) => `SHARES#${ownerId}`;
const heldSk = (contactId: User, ownerId: User) => `HELD#${contactId}#${ownerId}`;
const recoverySk = (ownerId: User, id: Id<"recovery">) => `RECOVERY#${ownerId}#${id}`;
const releasesOf = (ownerId: User, id: Id<"recovery"> | undefined) => `RELEASE#${ownerId}#${id ? `${id}#` : ""}`;

export async function findSet(table: TenantTable, ownerId: User): Promise<SetRow | undefined> {
  const row = await table.get(setSk(ownerId));
  return row && SetRow.parse(row);
}

export async function findHeld(table: TenantTable, contactId: User, ownerId: User): Promise<HeldRow | undefined> {
  const row = await table.get(heldSk(contactId, ownerId));
  return row && HeldRow.parse(row);
}

export async function listHeldRows(table: TenantTable, contactId: User): Promise<HeldRow[]> {
  const rows: HeldRow[] = [];
  for await (const row of table.list(`HELD#${contactId}#`)) rows.push(HeldRow.parse(row));
  return rows;
}

/** Its own date says whether it is under way, not that the row is there still: rows die by the second, and later than they could. */
const isUnderWay = ({ expiresAt }: RecoveryRow, at: Date): boolean => expiresAt > at.toISOString();

interface One {
  readonly id: Id<"recovery">;
  readonly at: Date;
}

export async function findRecovery(table: TenantTable, ownerId: User, { id, at }: One) {
  const found = await table.get(recoverySk(ownerId, id));
  const row = found && RecoveryRow.parse(found);
  return row && isUnderWay(row, at) ? row : undefined;
}

/** The newest first. */
export async function pageRecoveries(table: TenantTable, ownerId: User, { limit, at }: { limit: number; at: Date }) {
  const { items, next } = await table.page(`RECOVERY#${ownerId}#`, { limit, descending: true });
  const rows = items.map((row) => RecoveryRow.parse(row)).filter((row) => isUnderWay(row, at));
  return { rows, more: next !== null };
}

/** What was given to one recovery, or to all of somebody's. */
export async function listReleases(table: TenantTable, ownerId: User, id?: Id<"recovery">): Promise<ReleaseRow[]> {
  const rows: ReleaseRow[] = [];
  for await (const row of table.list(releasesOf(ownerId, id))) rows.push(ReleaseRow.parse(row));
  return rows;
}

/** In place of the set that was seen, or as the first: of two at once, one is refused. Who holds none any more finds none. */
export function replaceSet(ownerId: User, set: SetRow, before: SetRow | undefined, held: readonly Held[]): Change[] {
  const at = { sk: setSk(ownerId), item: set, otherwise: "recovery.set_changed" } as const;
  const former = before?.contacts.filter((contact) => !set.contacts.includes(contact)) ?? [];
  return [
    before ? { do: "put", ...at, if: { setId: before.setId } } : { do: "insert", ...at },
    ...held.map(({ contactId, row }) => put(heldSk(contactId, ownerId), row)),
    ...former.map((contactId) => drop(heldSk(contactId, ownerId))),
  ];
}

export interface Held {
  readonly contactId: User;
  readonly row: HeldRow;
}

export const deleteSet = (ownerId: User, { setId, contacts }: SetRow): Change[] => [
  { do: "delete", sk: setSk(ownerId), if: { setId }, otherwise: "recovery.set_changed", missing: "recovery.no_set" },
  ...contacts.map((contactId) => drop(heldSk(contactId, ownerId))),
];

/** Touches no row that another touches: any number may begin at once, and none holds up another (THREATS D09). */
export const insertRecovery = (recovery: RecoveryRow): Change => ({
  ...{ do: "insert", sk: recoverySk(recovery.ownerId, recovery.id), item: recovery, otherwise: "request.conflict" },
});

/** Once for each contact, while the recovery is under way and the share is still theirs to give. */
export function insertRelease(
  { ownerId, id, setId, ttlSeconds }: RecoveryRow,
  release: ReleaseRow,
  now: Date,
): Change[] {
  const { contactId } = release;
  const sk = `${releasesOf(ownerId, id)}${contactId}`;
  return [
    { do: "insert", sk, item: { ...release, ttlSeconds }, otherwise: "recovery.released" },
    {
      do: "check",
      sk: recoverySk(ownerId, id),
      if: { expiresAt: { gt: now.toISOString() }, setId },
      otherwise: "recovery.not_found",
    },
    { do: "check", sk: heldSk(contactId, ownerId), if: { setId }, otherwise: "recovery.not_held" },
  ];
}

/** Of two ends at once, one finds it there. What was given for it goes with it. */
export const deleteRecovery = ({ ownerId, id }: RecoveryRow, releases: readonly ReleaseRow[]): AnyChange[] => [
  { do: "delete", sk: recoverySk(ownerId, id), if: { id }, otherwise: "recovery.not_found" },
  ...releases.map(({ contactId }) => drop(`${releasesOf(ownerId, id)}${contactId}`)),
];

const put = (sk: string, item: HeldRow): Change => ({
  ...{ do: "put", sk, item, orMissing: true, otherwise: "request.conflict" },
});
const drop = (sk: string): Change => ({ do: "delete", sk, orMissing: true, otherwise: "request.conflict" });
