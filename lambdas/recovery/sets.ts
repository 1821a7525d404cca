import { audited } from "#lambdas/audit/audit.ts";
import { checkKeyring } from "#lambdas/keyring/keyring.repository.ts";
import { getKeyring } from "#lambdas/keyring/keyring.ts";
import { demandSigned } from "#lambdas/keyring/signed-write.ts";
import { findMember } from "#lambdas/tenants/member.repository.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Keyring } from "#shared/contracts/keyring.ts";
import type { RecoverySet, recoveryContract } from "#shared/contracts/recovery.ts";
import type { Input } from "#shared/contracts/route.ts";
import { AppError } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";
import { deleteSet, findSet, replaceSet, type SetRow } from "./recovery.repository.ts";

type Routes = typeof recoveryContract;

export async function getSet(ctx: Ctx): Promise<{ set: RecoverySet | null }> {
  const set = await findSet(ctx.table, ctx.actor.userId);
  if (!set) return { set: null };
  return { set: { ...set, isAlive: hasSlotOf(await getKeyring(ctx), set) } };
}

/**
 * The slot that the shares open has to be there first: a set without it would be a promise that nothing keeps.
 * Shares are opaque here; whether they were sealed to the right people is for the owner's device to see to.
 */
export async function putSet(ctx: Ctx, input: Input<Routes["putSet"]>): Promise<RecoverySet> {
  const { replaces, shares, signed: _, ...body } = input;
  const { userId: ownerId } = ctx.actor;
  const contacts = shares.map(({ contactId }) => contactId);
  await demandContacts(ctx, contacts, body.threshold);
  const keyring = await getKeyring(ctx);
  demandSigned(ctx, keyring, { what: "recovery.put", seq: keyring.slotSeq, otherwise: "keyring.changed", input });
  if (!hasSlotOf(keyring, body)) throw new AppError("recovery.set_dead");
  const before = await findSet(ctx.table, ownerId);
  if ((before?.setId ?? null) !== replaces) throw new AppError("recovery.set_changed");
  const sealedTo = shares.map((share) => share.sealedTo);
  const set: SetRow = { ...body, contacts, sealedTo, createdAt: ctx.now().toISOString() };
  const held = shares.map(({ contactId, share }) => ({
    contactId,
    row: { ...body, count: contacts.length, ownerId, share },
  }));
  await ctx.table.write(
    ...replaceSet(ownerId, set, before, held),
    checkKeyring(ownerId, keyring),
    audited(ctx, "recovery.set_put", { userId: ownerId, contacts: contacts.length, threshold: body.threshold }),
  );
  return { ...set, isAlive: true };
}

export async function removeSet(ctx: Ctx, input: Input<Routes["removeSet"]>) {
  const { userId } = ctx.actor;
  const set = await findSet(ctx.table, userId);
  if (set?.setId !== input.setId) throw new AppError("recovery.no_set");
  const keyring = await getKeyring(ctx);
  demandSigned(ctx, keyring, { what: "recovery.remove", seq: keyring.slotSeq, otherwise: "keyring.changed", input });
  await ctx.table.write(
    ...deleteSet(userId, set),
    checkKeyring(userId, keyring),
    audited(ctx, "recovery.set_removed", { userId }),
  );
  return { done: true as const };
}

/** @throws recovery.set_wrong for oneself, somebody twice, a stranger, or more needed than there are */
async function demandContacts({ actor, table }: Ctx, contacts: readonly Id<"user">[], threshold: number) {
  const isSound =
    threshold <= contacts.length && !contacts.includes(actor.userId) && new Set(contacts).size === contacts.length;
  const members = isSound ? await Promise.all(contacts.map((contact) => findMember(table, contact))) : [undefined];
  if (members.includes(undefined)) throw new AppError("recovery.set_wrong");
}

/** Whether these shares open anything: a change of all keys leaves out the slot that they would have opened. */
export const hasSlotOf = ({ slots }: Pick<Keyring, "slots">, { slotId }: Pick<SetRow, "slotId">): boolean =>
  slots.some(({ id, type }) => id === slotId && type === "contacts");
