import { audited } from "#lambdas/audit/audit.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { countRate } from "#platform/rules/rate-limit.ts";
import type { HeldShare, recoveryContract } from "#shared/contracts/recovery.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import {
  findHeld,
  findRecovery,
  type HeldRow,
  insertRelease,
  listHeldRows,
  listReleases,
  pageRecoveries,
} from "./recovery.repository.ts";

type Routes = typeof recoveryContract;

/** One may be under way for each session that asks: the words tell the contact which is meant. */
const SHOWN = 300;
const RELEASES = { what: "recovery-releases", max: 10, seconds: 24 * 3600 };

export async function listHeld(ctx: Ctx): Promise<{ items: HeldShare[] }> {
  const rows = await listHeldRows(ctx.table, ctx.actor.userId);
  return { items: await Promise.all(rows.map((row) => withRecoveries(ctx, row))) };
}

async function withRecoveries({ actor, table, now }: Ctx, row: HeldRow): Promise<HeldShare> {
  const { rows } = await pageRecoveries(table, row.ownerId, { limit: SHOWN, at: now() });
  const asked = rows.filter(({ setId }) => setId === row.setId);
  const given = asked.length > 0 ? await listReleases(table, row.ownerId) : [];
  const mine = new Set(given.filter(({ contactId }) => contactId === actor.userId).map(({ recoveryId }) => recoveryId));
  return { ...row, recoveries: asked.map((recovery) => ({ ...recovery, isReleased: mine.has(recovery.id) })) };
}

/** What is released is sealed to the key of whoever asks: the contact's device did that, and only after the words were the same. */
export async function release(ctx: Ctx, input: Input<Routes["release"]>) {
  const { userId: contactId } = ctx.actor;
  const { ownerId, recoveryId, bundleHash, release } = input;
  if (!(await findHeld(ctx.table, contactId, ownerId))) throw new AppError("recovery.not_held");
  const recovery = await findRecovery(ctx.table, ownerId, { id: recoveryId, at: ctx.now() });
  if (!recovery) throw new AppError("recovery.not_found");
  await countRate(ctx.directory, { ...RELEASES, who: contactId }, ctx.now());
  await ctx.table.write(
    ...insertRelease(recovery, { contactId, recoveryId, bundleHash, release }, ctx.now()),
    audited(ctx, "recovery.released", { userId: ownerId, recoveryId, contactId }),
  );
  return { done: true as const };
}
