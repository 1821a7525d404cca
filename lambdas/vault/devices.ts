import { audited } from "#lambdas/audit/audit.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Input } from "#shared/contracts/route.ts";
import type { Device, vaultContract } from "#shared/contracts/vault.ts";
import { insertDevice, listDeviceRows } from "./keyring.repository.ts";

/** The certificate is opaque here: agents and devices check it against the person's root, and trust nothing else. */
export async function addDevice(ctx: Ctx, input: Input<(typeof vaultContract)["addDevice"]>): Promise<Device> {
  const { userId } = ctx.actor;
  const device: Device = { ...input, createdAt: ctx.now().toISOString() };
  await ctx.table.write(insertDevice(userId, device), audited(ctx, "device.added", { userId, deviceId: device.id }));
  return device;
}

export const listDevices = async ({ actor, table }: Ctx) => ({ items: await listDeviceRows(table, actor.userId) });
