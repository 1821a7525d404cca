import { audited } from "#lambdas/audit/audit.ts";
import { findPerson } from "#lambdas/identity/people/person.repository.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import type { Mail } from "#platform/services/mail.ts";
import type { OwnRecovery, recoveryContract } from "#shared/contracts/recovery.ts";
import type { Input } from "#shared/contracts/route.ts";
import { readBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { isRecoveryEnd } from "#shared/crypto/recovery/recovery-end.ts";
import { describeDevice } from "#shared/device-name.ts";
import { AppError } from "#shared/errors.ts";
import { newId } from "#shared/ids.ts";
import {
  deleteRecovery,
  findRecovery,
  findSet,
  insertRecovery,
  listReleases,
  pageRecoveries,
  type RecoveryRow,
  type ReleaseRow,
} from "./recovery.repository.ts";
import { writeRecoveryLetter } from "./recovery-letter.ts";
import { hasSlotOf } from "./sets.ts";

type Routes = typeof recoveryContract;
export interface RecoveryPorts {
  readonly mail: Mail;
  readonly origin: string;
  readonly delaySeconds: number;
}
type RecoveryCtx = Ctx & RecoveryPorts;

const DAY_SECONDS = 24 * 3600;
const OPEN_DAYS = 14; // from when it can be collected
/** Of one session, not of the person: whoever else has got in to the person's mail does not use up the person's own starts. */
const STARTS = { what: "recovery-starts", max: 5, seconds: 3600 };
const LETTERS = { what: "recovery-letters", max: 3, seconds: 3600 };
const SHOWN = 20;

/** The person is told before it begins: none is under way of which no letter went out. */
export async function start(ctx: RecoveryCtx, input: Input<Routes["start"]>): Promise<OwnRecovery> {
  const { actor, directory, now, request } = ctx;
  if (actor.kind !== "user") throw new AppError("auth.forbidden");
  const { userId: ownerId, sessionId } = actor;
  await countRate(directory, { ...STARTS, who: sessionId }, now());
  const set = await findSet(ctx.table, ownerId);
  if (!set) throw new AppError("recovery.no_set");
  if (set.setId !== input.setId) throw new AppError("recovery.set_changed");
  if (!hasSlotOf(await getKeyring(ctx), set)) throw new AppError("recovery.set_dead");
  const times = timesOf(ctx);
  const told = { device: describeDevice(request.userAgent), place: request.place };
  const recovery: RecoveryRow = { id: newId("recovery", now()), ownerId, ...input, ...times, ...told };
  await tell(ctx, recovery);
  await ctx.table.write(
    insertRecovery(recovery),
    audited(ctx, "recovery.started", { userId: ownerId, recoveryId: recovery.id }),
  );
  return { ...recovery, released: [] };
}

export async function list({ actor, table, now }: Ctx) {
  const { rows, more } = await pageRecoveries(table, actor.userId, { limit: SHOWN, at: now() });
  const given = rows.length > 0 ? await listReleases(table, actor.userId) : [];
  return { items: rows.map((row) => show(row, given)), more };
}

/** The wait is kept here: before its end nothing that was given leaves. */
export async function collect(ctx: Ctx, { recoveryId }: Input<Routes["collect"]>) {
  const row = await getOwn(ctx, recoveryId);
  const set = await findSet(ctx.table, row.ownerId);
  if (set?.setId !== row.setId) throw new AppError("recovery.set_changed");
  if (!hasSlotOf(await getKeyring(ctx), set)) throw new AppError("recovery.set_dead");
  const isTime = ctx.now() >= new Date(row.collectableAt);
  const releases = await listReleases(ctx.table, row.ownerId, recoveryId);
  return { recovery: show(row, releases), releases: isTime ? releases : [] };
}

/** By a device whose vault is open. To be signed in is not enough: that, whoever reads the person's mail can be. */
export async function end(ctx: Ctx, { recoveryId, how, proof }: Input<Routes["end"]>) {
  const row = await getOwn(ctx, recoveryId);
  const { tenantId: tid, userId: uid } = ctx.actor;
  const { bundle } = await getKeyring(ctx);
  if (!isProved({ tid, uid, recoveryId, how }, proof, bundle)) throw new AppError("recovery.proof_wrong");
  const releases = await listReleases(ctx.table, uid, recoveryId);
  const line = audited(ctx, "recovery.ended", { userId: uid, recoveryId, how });
  await ctx.table.write(...deleteRecovery(row, releases), line);
  return { done: true as const };
}

function isProved(ending: Parameters<typeof isRecoveryEnd>[0], proof: string, bundle: string): boolean {
  try {
    return isRecoveryEnd(ending, decodeBase64url(proof), readBundle(decodeBase64url(bundle)).bundle.signKey);
  } catch (error) {
    if (error instanceof CryptoError) return false;
    throw error;
  }
}

async function getOwn({ actor, table, now }: Ctx, recoveryId: RecoveryRow["id"]): Promise<RecoveryRow> {
  const row = await findRecovery(table, actor.userId, { id: recoveryId, at: now() });
  if (!row) throw new AppError("recovery.not_found");
  return row;
}

const show = (row: RecoveryRow, given: readonly ReleaseRow[]): OwnRecovery => ({
  ...row,
  released: given.filter(({ recoveryId }) => recoveryId === row.id).map(({ contactId }) => contactId),
});

function timesOf({ now, delaySeconds }: RecoveryCtx) {
  const startedMs = now().getTime();
  const at = (seconds: number) => new Date(startedMs + seconds * 1000);
  const expiresAt = at(delaySeconds + OPEN_DAYS * DAY_SECONDS);
  return {
    startedAt: now().toISOString(),
    collectableAt: at(delaySeconds).toISOString(),
    expiresAt: expiresAt.toISOString(),
    ttlSeconds: Math.ceil(expiresAt.getTime() / 1000),
  };
}

/** Many starts in a row are one piece of news: the first letters say it. */
async function tell({ directory, mail, now, origin }: RecoveryCtx, recovery: RecoveryRow): Promise<void> {
  const person = await findPerson(directory, recovery.ownerId);
  if (!person) throw new AppError("member.not_found");
  try {
    await countRate(directory, { ...LETTERS, who: person.id }, now());
  } catch (error) {
    if (error instanceof AppError && error.code === "request.too_many") return;
    throw error;
  }
  await mail.send(writeRecoveryLetter(person.email, origin, recovery.collectableAt));
}
