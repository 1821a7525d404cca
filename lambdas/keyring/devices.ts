import { audited } from "#lambdas/audit/audit.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Device, keyringContract } from "#shared/contracts/keyring.ts";
import type { Input } from "#shared/contracts/route.ts";
import {
  demandNoFewer,
  NO_REVOCATIONS,
  openRevocations,
  type Revocations,
} from "#shared/crypto/account/device-revocations.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { asSignPublicKey, type SignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { AppError } from "#shared/errors.ts";
import { findDevice, findRevoked, insertDevice, listDeviceRows, revokeBy } from "./keyring.repository.ts";
import { getKeyring } from "./keyring.ts";

type Routes = typeof keyringContract;

/** The certificate is opaque here: agents and devices check it against the person's root, and trust nothing else. */
export async function addDevice(ctx: Ctx, input: Input<Routes["addDevice"]>): Promise<Device> {
  const { userId } = ctx.actor;
  const signIn = ctx.actor.kind === "user" ? { sessionId: ctx.actor.sessionId } : {};
  const device: Device = { ...input, ...signIn, createdAt: ctx.now().toISOString() };
  await ctx.table.write(insertDevice(userId, device), audited(ctx, "device.added", { userId, deviceId: device.id }));
  return device;
}

export async function listDevices({ actor, table }: Ctx) {
  const [items, revoked] = await Promise.all([listDeviceRows(table, actor.userId), findRevoked(table, actor.userId)]);
  return { items, revocations: revoked?.statement ?? null };
}

/** Taken back for good: by the word of the root that is in force, on top of the last word, with one device more in it. */
export async function revokeDevice(ctx: Ctx, input: Input<Routes["revokeDevice"]>): Promise<Device> {
  const { userId } = ctx.actor;
  const { deviceId, revocations: statement } = input;
  const [keyring, before, device] = await Promise.all([
    getKeyring(ctx),
    findRevoked(ctx.table, userId),
    findDevice(ctx.table, userId, deviceId),
  ]);
  if (!device) throw new AppError("device.not_found");
  const rootKey = asSignPublicKey(decodeBase64url(keyring.rootPub));
  const { seq } = demandNext(ctx, { rootKey, statement, before: before?.statement, deviceId });
  const at = ctx.now().toISOString();
  await ctx.table.write(
    ...revokeBy(userId, deviceId, { before, next: { seq, statement }, at }),
    audited(ctx, "device.revoked", { userId, deviceId, seq }),
  );
  return { ...device, revokedAt: at };
}

interface Next {
  readonly rootKey: SignPublicKey;
  readonly statement: string;
  readonly before: string | undefined;
  readonly deviceId: Device["id"];
}

/** @throws device.list_changed for a statement that no agent would take as the next one */
function demandNext({ actor }: Ctx, { rootKey, statement, before, deviceId }: Next): Revocations {
  const place = { tid: actor.tenantId, uid: actor.userId, rootKey };
  try {
    const next = openRevocations(decodeBase64url(statement), place);
    const last = before === undefined ? NO_REVOCATIONS : lastOf(before, place);
    demandNoFewer(next, last);
    if (next.seq !== last.seq + 1 || next.devices.size !== last.devices.size + 1 || !next.devices.has(deviceId))
      throw new AppError("device.list_changed");
    return next;
  } catch (error) {
    if (error instanceof CryptoError) throw new AppError("device.list_changed", { cause: error });
    throw error;
  }
}

/** What a root before this one has said counts no more: it has certified none of the devices there are. */
function lastOf(statement: string, place: Parameters<typeof openRevocations>[1]): Revocations {
  try {
    return openRevocations(decodeBase64url(statement), place);
  } catch (error) {
    if (error instanceof CryptoError && error.code === "crypto.signature") return NO_REVOCATIONS;
    throw error;
  }
}
