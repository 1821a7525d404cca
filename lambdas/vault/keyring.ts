import { audited } from "#lambdas/audit/audit.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Keyring, vaultContract } from "#shared/contracts/vault.ts";
import { AppError } from "#shared/errors.ts";
import { findKeyring, insertKeyring, markRecoveryChecked, replaceKeyring } from "./keyring.repository.ts";

type Routes = typeof vaultContract;
type Body = Input<Routes["changeKeyring"]>;

export async function getKeyring({ actor, table }: Ctx): Promise<Keyring> {
  const keyring = await findKeyring(table, actor.userId);
  if (!keyring) throw new AppError("keyring.not_found");
  return keyring;
}

export async function createKeyring(ctx: Ctx, body: Input<Routes["createKeyring"]>): Promise<Keyring> {
  demandDistinctSlots(body);
  const { userId } = ctx.actor;
  const at = ctx.now().toISOString();
  const keyring: Keyring = { ...body, recoveryCheckedAt: null, createdAt: at, updatedAt: at };
  await ctx.table.write(insertKeyring(userId, keyring), audited(ctx, "keyring.created", factsOf(ctx, keyring)));
  return keyring;
}

/** The proof that the phrase is held was given for one phrase: where the recovery slots change, it is to be given again. */
export async function changeKeyring(ctx: Ctx, body: Body): Promise<Keyring> {
  demandDistinctSlots(body);
  const before = await getKeyring(ctx);
  const recoveryCheckedAt = recoveryOf(before) === recoveryOf(body) ? before.recoveryCheckedAt : null;
  const { createdAt } = before;
  const keyring: Keyring = { ...body, recoveryCheckedAt, createdAt, updatedAt: ctx.now().toISOString() };
  await ctx.table.write(
    replaceKeyring(ctx.actor.userId, keyring),
    audited(ctx, "keyring.changed", factsOf(ctx, keyring)),
  );
  return keyring;
}

export async function recordRecoveryCheck(ctx: Ctx): Promise<Keyring> {
  const keyring = await getKeyring(ctx);
  const at = ctx.now().toISOString();
  await ctx.table.write(
    markRecoveryChecked(ctx.actor.userId, keyring, at),
    audited(ctx, "keyring.recovery_checked", factsOf(ctx, keyring)),
  );
  return { ...keyring, recoveryCheckedAt: at };
}

function demandDistinctSlots({ slots }: Pick<Body, "slots">): void {
  if (new Set(slots.map(({ id }) => id)).size === slots.length) return;
  throw new AppError("request.invalid", { details: { errors: [{ path: "slots", reason: "expected distinct ids" }] } });
}

const recoveryOf = ({ slots }: Pick<Body, "slots">): string =>
  JSON.stringify(slots.filter(({ type }) => type === "bip39").map(({ id, blob }) => [id, blob]));

const factsOf = ({ actor }: Ctx, { slotSeq, rootGeneration, slots }: Keyring) => ({
  userId: actor.userId,
  slotSeq,
  rootGeneration,
  slots: slots.length,
});
