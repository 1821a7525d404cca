import type { Change } from "#platform/tables/change.ts";
import type { TenantTable } from "#platform/tables/table.ts";
import { Device, Keyring } from "#shared/contracts/vault.ts";
import type { Id } from "#shared/ids.ts";

/**
 *   sk                             item
 *   KEYRING#<userId>               a person's sealed key slots in this organisation
 *   DEVICE#<userId>#<deviceId>     a device of theirs, by its certificate
 */
const keyringOf = (userId: Id<"user">) => `KEYRING#${userId}`;

export async function findKeyring(table: TenantTable, userId: Id<"user">): Promise<Keyring | undefined> {
  const row = await table.get(keyringOf(userId));
  return row && Keyring.parse(row);
}

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

export const insertKeyring = (userId: Id<"user">, keyring: Keyring): Change => ({
  do: "insert",
  sk: keyringOf(userId),
  item: keyring,
  otherwise: "keyring.exists",
});

/** The next keyring after the one that was seen: of two changes at once, one is refused; a generation never goes back. */
export const replaceKeyring = (userId: Id<"user">, keyring: Keyring): Change => ({
  do: "put",
  sk: keyringOf(userId),
  item: keyring,
  if: { slotSeq: keyring.slotSeq - 1, rootGeneration: { lte: keyring.rootGeneration } },
  otherwise: "keyring.changed",
  missing: "keyring.not_found",
});

export const markRecoveryChecked = (userId: Id<"user">, { slotSeq }: Keyring, at: string): Change => ({
  do: "update",
  sk: keyringOf(userId),
  set: { recoveryCheckedAt: at },
  if: { slotSeq },
  otherwise: "keyring.changed",
  missing: "keyring.not_found",
});

export const insertDevice = (userId: Id<"user">, device: Device): Change => ({
  do: "insert",
  sk: `DEVICE#${userId}#${device.id}`,
  item: device,
  otherwise: "device.exists",
});
