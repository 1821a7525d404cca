import * as z from "zod";
import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Device, Keyring } from "#shared/contracts/keyring.ts";
import type { ErrorCode } from "#shared/errors.ts";
import type { Id } from "#shared/ids.ts";

/**
 *   sk                             item
 *   KEYRING#<userId>               a person's sealed key slots in this organisation
 *   CARRY#<userId>                 what their root carries of the earlier ones, until all is sealed anew
 *   REVOKED#<userId>               which of their devices were taken back, by their root's word
 *   DEVICE#<userId>#<deviceId>     a device of theirs, by its certificate
 */
const KeyringRow = Keyring.omit({ carry: true }).extend({
  earlierBundles: z.array(z.string()).default([]), // which `bundle` goes on from, oldest first
});
export type KeyringRow = z.infer<typeof KeyringRow>;

const Carry = z.object({ rootGeneration: z.int().positive(), carry: z.string() });
type Carry = z.infer<typeof Carry>;

const keyringOf = (userId: Id<"user">) => `KEYRING#${userId}`;
const carryOf = (userId: Id<"user">) => `CARRY#${userId}`;

export async function findKeyring(table: TenantTable, userId: Id<"user">): Promise<KeyringRow | undefined> {
  const row = await table.get(keyringOf(userId));
  return row && KeyringRow.parse(row);
}

export async function findCarry(table: TenantTable, userId: Id<"user">): Promise<Carry | undefined> {
  const row = await table.get(carryOf(userId));
  return row && Carry.parse(row);
}

/** A row of its own: a change of the slots at the same time can neither drop it nor bring it back. */
export const putCarry = (userId: Id<"user">, carry: Carry): Change => ({
  do: "put",
  sk: carryOf(userId),
  item: carry,
  if: { rootGeneration: { lt: carry.rootGeneration } },
  orMissing: true,
  otherwise: "keyring.changed",
});

export const dropCarry = (userId: Id<"user">, { rootGeneration }: Pick<Carry, "rootGeneration">): Change => ({
  do: "delete",
  sk: carryOf(userId),
  if: { rootGeneration },
  orMissing: true,
  otherwise: "keyring.changed",
});

export async function listDeviceRows(table: TenantTable, userId: Id<"user">): Promise<Device[]> {
  const devices: Device[] = [];
  for await (const row of table.list(`DEVICE#${userId}#`)) devices.push(Device.parse(row));
  return devices;
}

export async function findDevice(
  table: TenantTable,
  userId: Id<"user">,
  deviceId: Id<"device">,
): Promise<Device | undefined> {
  const row = await table.get(`DEVICE#${userId}#${deviceId}`);
  return row && Device.parse(row);
}

export const insertKeyring = (userId: Id<"user">, keyring: KeyringRow): Change => ({
  do: "insert",
  sk: keyringOf(userId),
  item: keyring,
  otherwise: "keyring.exists",
});

/** The next keyring after the one that was seen: of two changes at once, one is refused; a generation never goes back. */
export const replaceKeyring = (userId: Id<"user">, keyring: KeyringRow): Change => ({
  do: "put",
  sk: keyringOf(userId),
  item: keyring,
  if: { slotSeq: keyring.slotSeq - 1, rootGeneration: { lte: keyring.rootGeneration } },
  otherwise: "keyring.changed",
  missing: "keyring.not_found",
});

/** For what is true of a keyring only as it was seen. */
export const checkKeyring = (userId: Id<"user">, { slotSeq }: Pick<Keyring, "slotSeq">): Change => ({
  do: "check",
  sk: keyringOf(userId),
  if: { slotSeq },
  otherwise: "keyring.changed",
  missing: "keyring.not_found",
});

/** For what is sealed under the root of one generation. */
export const checkRoot = (
  userId: Id<"user">,
  { rootGeneration }: Pick<Keyring, "rootGeneration">,
  otherwise: ErrorCode,
): Change => ({
  do: "check",
  sk: keyringOf(userId),
  if: { rootGeneration },
  otherwise,
  missing: "keyring.not_found",
});

/** For what was signed by the root that was seen. */
export const checkSigner = (userId: Id<"user">, { rootPub }: Pick<Keyring, "rootPub">): Change => ({
  do: "check",
  sk: keyringOf(userId),
  if: { rootPub },
  otherwise: "keyring.changed",
  missing: "keyring.not_found",
});

/** When each recovery slot was proved to be held. */
export type RecoveryChecks = Pick<Keyring, "recoveryCheckedAt" | "recoveryKeyCheckedAt">;

export const markRecoveryChecked = (
  userId: Id<"user">,
  { slotSeq }: Keyring,
  checked: Partial<RecoveryChecks>,
): Change => ({
  do: "update",
  sk: keyringOf(userId),
  set: checked,
  if: { slotSeq },
  otherwise: "keyring.changed",
  missing: "keyring.not_found",
});

const Revoked = z.object({ seq: z.int().nonnegative(), statement: z.string() });
type Revoked = z.infer<typeof Revoked>;
const revokedOf = (userId: Id<"user">) => `REVOKED#${userId}`;

export async function findRevoked(table: TenantTable, userId: Id<"user">): Promise<Revoked | undefined> {
  const row = await table.get(revokedOf(userId));
  return row && Revoked.parse(row);
}

/** The statement after the one that was seen, and the device that it adds. */
export const revokeBy = (
  userId: Id<"user">,
  deviceId: Id<"device">,
  { before, next, at }: { readonly before: Revoked | undefined; readonly next: Revoked; readonly at: string },
): Change[] => [
  before
    ? {
        do: "put",
        sk: revokedOf(userId),
        item: next,
        if: { seq: before.seq, statement: before.statement },
        otherwise: "device.list_changed",
      }
    : { do: "insert", sk: revokedOf(userId), item: next, otherwise: "device.list_changed" },
  {
    do: "update",
    sk: `DEVICE#${userId}#${deviceId}`,
    set: { revokedAt: at },
    otherwise: "device.list_changed",
    missing: "device.not_found",
  },
];

/** For what a device may do until it is taken back. */
export const checkDevice = (userId: Id<"user">, deviceId: Id<"device">): Change => ({
  do: "check",
  sk: `DEVICE#${userId}#${deviceId}`,
  if: { revokedAt: { absent: true } },
  otherwise: "device.revoked",
  missing: "device.not_found",
});

/** Under which sign-in a device was at the relay last, in place of the one that registered it: what ends with it when it is taken back. */
export const noteSession = (userId: Id<"user">, deviceId: Id<"device">, sessionId: Id<"session">): Change => ({
  do: "update",
  sk: `DEVICE#${userId}#${deviceId}`,
  set: { sessionId },
  otherwise: "device.not_found",
  missing: "device.not_found",
});

export const insertDevice = (userId: Id<"user">, device: Device): Change => ({
  do: "insert",
  sk: `DEVICE#${userId}#${device.id}`,
  item: device,
  otherwise: "device.exists",
});
