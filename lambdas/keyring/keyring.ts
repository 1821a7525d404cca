import { audited } from "#lambdas/audit/audit.ts";
import type { Ctx } from "#platform/rules/context.ts";
import { isHeld, type Keyring, type keyringContract } from "#shared/contracts/keyring.ts";
import type { Input } from "#shared/contracts/route.ts";
import { followBundles } from "#shared/crypto/account/bundle-chain.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { AppError } from "#shared/errors.ts";
import {
  dropCarry,
  findCarry,
  findKeyring,
  insertKeyring,
  type KeyringRow,
  markRecoveryChecked,
  putCarry,
  type RecoveryChecks,
  replaceKeyring,
} from "./keyring.repository.ts";
import { demandSameOrNext } from "./rotation.ts";
import { demandSigned } from "./signed-write.ts";

type Routes = typeof keyringContract;
type Body = Input<Routes["changeKeyring"]>;

export async function getKeyring({ actor, table }: Ctx): Promise<KeyringRow> {
  const keyring = await findKeyring(table, actor.userId);
  if (!keyring) throw new AppError("keyring.not_found");
  return keyring;
}

/** The keyring first: a carry that was read after it is of this root or of a later one, which is not shown with it. */
export async function showKeyring(ctx: Ctx): Promise<Keyring> {
  return withCarry(ctx, await getKeyring(ctx));
}

async function withCarry({ actor, table }: Ctx, keyring: KeyringRow): Promise<Keyring> {
  const found = await findCarry(table, actor.userId);
  return found?.rootGeneration === keyring.rootGeneration ? { ...keyring, carry: found.carry } : keyring;
}

export async function createKeyring(ctx: Ctx, body: Input<Routes["createKeyring"]>): Promise<Keyring> {
  demandSoundSlots(body);
  const { userId } = ctx.actor;
  const at = ctx.now().toISOString();
  const times = { recoveryCheckedAt: null, recoveryKeyCheckedAt: null, createdAt: at, updatedAt: at };
  const keyring: KeyringRow = { ...body, earlierBundles: [], ...times };
  await ctx.table.write(insertKeyring(userId, keyring), audited(ctx, "keyring.created", factsOf(ctx, keyring)));
  return keyring;
}

export async function changeKeyring(ctx: Ctx, body: Body): Promise<Keyring> {
  demandSoundSlots(body);
  const before = await getKeyring(ctx);
  if (body.slotSeq !== before.slotSeq + 1) throw new AppError("keyring.changed"); // before it is said what would be wrong with it
  demandSigned(ctx, before, { what: "keyring.change", seq: body.slotSeq, otherwise: "keyring.changed", input: body });
  const checks = checksThatHold(before, body);
  const { createdAt } = before;
  const earlierBundles = goOnWith(ctx, before, body.bundle);
  const updatedAt = ctx.now().toISOString();
  const { carry, signed: _, ...kept } = body;
  const keyring: KeyringRow = { ...kept, ...checks, earlierBundles, createdAt, updatedAt };
  const { userId } = ctx.actor;
  const rotation = demandSameOrNext(before, body);
  await ctx.table.write(
    replaceKeyring(userId, keyring),
    ...(rotation ? [putCarry(userId, rotation)] : []),
    audited(ctx, rotation ? "keyring.rotated" : "keyring.changed", factsOf(ctx, keyring)),
  );
  return withCarry(ctx, keyring);
}

/** That words or a key are held was proved of those there were: where their slot changes, it is to be proved again. */
function checksThatHold(before: KeyringRow, after: Body): RecoveryChecks {
  const isSame = (type: SlotType) => slotsOf(before, type) === slotsOf(after, type);
  return {
    recoveryCheckedAt: isSame("bip39") ? before.recoveryCheckedAt : null,
    recoveryKeyCheckedAt: isSame("hardware_key") ? before.recoveryKeyCheckedAt : null,
  };
}

/** What others know a person by is never replaced, only gone on from: the earlier statements stay. */
function goOnWith({ actor, now }: Ctx, before: KeyringRow, bundle: string): string[] {
  const { earlierBundles } = before;
  if (bundle === before.bundle) return earlierBundles;
  const chain = [...earlierBundles, before.bundle];
  try {
    const nowMs = now().getTime() + CLOCK_SKEW_MS;
    followBundles([...chain, bundle].map(decodeBase64url), { tid: actor.tenantId, uid: actor.userId, nowMs });
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("keyring.bundle_wrong", { cause: error });
    throw error;
  }
  return chain;
}

const CLOCK_SKEW_MS = 5 * 60_000;

/** What a member says of their public keys. It is for members; whoever reads it checks the signatures. */
export async function getIdentity({ table }: Ctx, { userId }: Input<Routes["getIdentity"]>) {
  const keyring = await findKeyring(table, userId);
  if (!keyring) throw new AppError("identity.not_found");
  return { userId, bundles: [...keyring.earlierBundles, keyring.bundle] };
}

/** Said twice, it is done once; said of a root that is not the present one, or not by it, it is refused. */
export async function finishRotation(ctx: Ctx, input: Input<Routes["finishRotation"]>): Promise<Keyring> {
  const { userId } = ctx.actor;
  const keyring = await getKeyring(ctx);
  if (keyring.rootGeneration !== input.rootGeneration) throw new AppError("keyring.changed");
  demandSigned(ctx, keyring, {
    what: "keyring.finish",
    seq: keyring.rootGeneration,
    otherwise: "keyring.changed",
    input,
  });
  await ctx.table.write(
    dropCarry(userId, keyring), // refused if the root is another by then: that one has a carry of its own
    audited(ctx, "keyring.rotation_finished", factsOf(ctx, keyring)),
  );
  return keyring;
}

/** @throws AppError("keyring.no_slot") for what is not there to be held */
export async function recordRecoveryCheck(ctx: Ctx, { type }: Input<Routes["recordRecoveryCheck"]>): Promise<Keyring> {
  const keyring = await getKeyring(ctx);
  if (!keyring.slots.some((slot) => slot.type === type)) throw new AppError("keyring.no_slot");
  const at = ctx.now().toISOString();
  const checked = type === "bip39" ? { recoveryCheckedAt: at } : { recoveryKeyCheckedAt: at };
  await ctx.table.write(
    markRecoveryChecked(ctx.actor.userId, keyring, checked),
    audited(ctx, "keyring.recovery_checked", factsOf(ctx, keyring)),
  );
  return withCarry(ctx, { ...keyring, ...checked });
}

/** Slots are opaque here, but not how many there are of what: an authenticator alone must not be all there is. */
function demandSoundSlots({ slots }: Pick<Body, "slots">): void {
  if (new Set(slots.map(({ id }) => id)).size !== slots.length) {
    const errors = [{ path: "slots", reason: "expected distinct ids" }];
    throw new AppError("request.invalid", { details: { errors } });
  }
  const held = slots.filter(({ type }) => isHeld(type)).map(({ type }) => type);
  if (held.length === 0 || new Set(held).size !== held.length) throw new AppError("keyring.last_way");
}

type SlotType = Body["slots"][number]["type"];

const slotsOf = ({ slots }: Pick<Body, "slots">, wanted: SlotType): string =>
  JSON.stringify(slots.filter(({ type }) => type === wanted).map(({ id, blob }) => [id, blob]));

const factsOf = ({ actor }: Ctx, { slotSeq, rootGeneration, slots }: Keyring) => ({
  userId: actor.userId,
  slotSeq,
  rootGeneration,
  slots: slots.length,
});
