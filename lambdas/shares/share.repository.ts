import * as z from "zod";
import type { Change, Tests } from "#platform/tables/change.ts";
import type { PageOptions } from "#platform/tables/rows.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Share } from "#shared/contracts/shares.ts";
import { AppError, type ErrorCode } from "#shared/errors.ts";
import { type Id, idOf } from "#shared/ids.ts";

/**
 *   sk                            item
 *   SHARE#<shareId>               the share, and while it lives the keys sealed to its recipient
 *   SHARETO#<userId>#<shareId>    that a person is offered or uses it
 *   SHAREOF#<vaultId>#<shareId>   that it is of a vault
 *   COUNT#offers#<to>#<from>      how many one has offered to another since they were last counted, and how often that changed
 *
 * Each row dies thirty days after the share has ended or its date is reached. Until then it says so by itself: no date is believed
 * because a row is there still.
 */
const DAY_SECONDS = 24 * 3600;
const KEPT_SECONDS = 30 * DAY_SECONDS;

/** Text, so that every share has a date which a condition can compare; this one is never reached. */
const NEVER = "9999-12-31T23:59:59.999Z";

const shareSk = (shareId: Id<"share">) => `SHARE#${shareId}`;
const toPrefix = (userId: Id<"user">) => `SHARETO#${userId}#`;
const ofPrefix = (vaultId: Id<"vault">) => `SHAREOF#${vaultId}#`;

export const ShareRow = Share.omit({ expiresAt: true, fromBundleHash: true }).extend({
  state: z.enum(["offered", "accepted", "declined", "revoked"]), // whether its date is reached is said by `endsAt`
  endsAt: z.string(),
  chainSeq: z.int().positive(),
  bundleHash: z.string(), // of who gave it: which of their keys signed
  sealed: z.string().nullable(), // none once it has ended
});
export type ShareRow = z.infer<typeof ShareRow>;
const Pointer = z.object({ shareId: idOf("share") });

export const endOf = (expiresAt: string | null): string => expiresAt ?? NEVER;
export const hasExpired = ({ endsAt }: Pick<ShareRow, "endsAt">, now: Date): boolean => endsAt <= now.toISOString();

/** The share as the caller is told of it. */
export function faceOf({ endsAt, sealed: _sealed, chainSeq: _seq, bundleHash, ...row }: ShareRow, now: Date) {
  const isLiving = row.state === "offered" || row.state === "accepted";
  const state = isLiving && hasExpired({ endsAt }, now) ? "expired" : row.state;
  const expiresAt = endsAt === NEVER ? null : endsAt;
  return { ...row, state, expiresAt, fromBundleHash: bundleHash } satisfies Share;
}

export async function findShare(table: TenantTable, shareId: Id<"share">): Promise<ShareRow | undefined> {
  const row = await table.get(shareSk(shareId));
  return row && ShareRow.parse(row);
}

export async function listSharesTo(table: TenantTable, userId: Id<"user">): Promise<ShareRow[]> {
  const ids: Id<"share">[] = [];
  for await (const row of table.list(toPrefix(userId))) ids.push(Pointer.parse(row).shareId);
  return present(await Promise.all(ids.map((id) => findShare(table, id))));
}

export async function pageSharesOf(table: TenantTable, vaultId: Id<"vault">, options: PageOptions) {
  const { items, next } = await table.page(ofPrefix(vaultId), options);
  const rows = await Promise.all(items.map((row) => findShare(table, Pointer.parse(row).shareId)));
  return { rows: present(rows), cursor: next };
}

const present = (rows: readonly (ShareRow | undefined)[]): ShareRow[] => rows.filter((row) => row !== undefined);

export function insertShare(row: ShareRow): Change[] {
  const { id: shareId } = row;
  const dies = row.endsAt === NEVER ? {} : { ttlSeconds: ttlAfter(new Date(row.endsAt)) };
  const insert = (sk: string, item: object): Change => ({
    ...{ do: "insert", sk, otherwise: "share.exists" },
    item: { ...item, ...dies },
  });
  return [
    insert(shareSk(shareId), row),
    insert(`${toPrefix(row.to)}${shareId}`, { shareId }),
    insert(`${ofPrefix(row.vaultId)}${shareId}`, { shareId }),
  ];
}

/** Of one person to another, and unanswered: so many names they may see in their list without having asked for any. */
const OFFERS_MAX = 50;
const OfferCount = z.object({ count: z.int(), turn: z.int() });

/**
 * Notes one more offer, while there are fewer than may be. Answers and ends take nothing off: where the number is reached, the shares
 * that are there are counted, and of two who do that at once one is refused.
 * @throws share.offers_full
 */
export async function countOffer(table: TenantTable, { from, to }: Pick<ShareRow, "from" | "to">): Promise<Change> {
  const sk = `COUNT#offers#${to}#${from}`;
  const row = await table.get(sk);
  const { count, turn } = row ? OfferCount.parse(row) : { count: 0, turn: 0 };
  const noted = { do: "update", sk, otherwise: "request.conflict" } as const;
  if (count < OFFERS_MAX)
    return { ...noted, add: { count: 1, turn: 1 }, if: { count: { lt: OFFERS_MAX } }, orMissing: true };
  const open = (await listSharesTo(table, to)).filter((share) => share.from === from && share.state === "offered");
  if (open.length >= OFFERS_MAX) throw new AppError("share.offers_full");
  return { ...noted, set: { count: open.length + 1 }, add: { turn: 1 }, if: { turn } };
}

interface Living {
  readonly from: readonly ("offered" | "accepted")[];
  readonly at: Date;
  readonly otherwise?: ErrorCode;
}

/** Only while it is in one of these states and its date is not reached. */
const whileLiving = ({ from, at }: Living): Tests => ({ state: { in: from }, endsAt: { gt: at.toISOString() } });

export const acceptRow = (row: ShareRow, at: Date): Change => ({
  ...{ do: "update", sk: shareSk(row.id), otherwise: "share.wrong_state", missing: "share.not_found" },
  set: { state: "accepted" },
  if: whileLiving({ from: ["offered"], at }),
});

/** One open more, if one is left: that is said at the write and nowhere else, so that no two take the last. */
export const countOpen = (row: ShareRow, at: Date): Change => ({
  ...{ do: "update", sk: shareSk(row.id), otherwise: "share.spent", missing: "share.not_found" },
  add: { opens: 1 },
  if: {
    ...whileLiving({ from: ["accepted"], at }),
    version: row.version, // the keys that are answered are those that were counted
    ...(row.opensMax === null ? {} : { opens: { lt: row.opensMax } }),
  },
});

export const renewRow = (
  row: ShareRow,
  set: Pick<ShareRow, "version" | "keyGen" | "chainSeq" | "bundleHash" | "toBundleHash" | "sealed">,
  at: Date,
): Change => ({
  ...{ do: "update", sk: shareSk(row.id), otherwise: "share.wrong_state", missing: "share.not_found" },
  set,
  if: { ...whileLiving({ from: ["offered", "accepted"], at }), version: row.version },
});

/** The keys go at once, and nothing points the recipient to it; that it was is told for thirty days. */
export function endRow(row: ShareRow, state: "declined" | "revoked", at: Date): Change[] {
  const ttlSeconds = ttlAfter(at);
  const refusal = { otherwise: "share.wrong_state", missing: "share.not_found" } as const;
  return [
    {
      ...{ do: "update", sk: shareSk(row.id), ...refusal },
      set: { state, sealed: null, ttlSeconds },
      if: { state: { in: ["offered", "accepted"] } },
    },
    { do: "delete", sk: `${toPrefix(row.to)}${row.id}`, orMissing: true, otherwise: "share.wrong_state" },
    { do: "update", sk: `${ofPrefix(row.vaultId)}${row.id}`, set: { ttlSeconds }, ...refusal },
  ];
}

const ttlAfter = (at: Date): number => Math.floor(at.getTime() / 1000) + KEPT_SECONDS;
