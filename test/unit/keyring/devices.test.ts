import { beforeEach, describe, expect, it } from "vitest";
import { addDevice, listDevices, revokeDevice } from "#lambdas/keyring/devices.ts";
import { changeKeyring, showKeyring } from "#lambdas/keyring/keyring.ts";
import type { Ctx } from "#platform/rules/context.ts";
import type { Account } from "#shared/client/keyring.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { signRevocations } from "#shared/crypto/account/device-revocations.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Id, newId } from "#shared/ids.ts";
import { quickArgon } from "#test/support/rotation-world.ts";
import { VaultWorld } from "#test/support/vault-world.ts";

let world: VaultWorld;
let ctx: Ctx;
let account: Account;
let devices: Id<"device">[];
const wrong = { code: "device.list_changed" };

beforeEach(async () => {
  world = new VaultWorld();
  ({ ctx, account } = await world.keeper("work"));
  devices = [];
  for (const name of ["Laptop", "Phone", "Tablet"]) {
    const id = newId("device", world.clock);
    await addDevice(ctx, { id, name, cert: "AAAA" });
    devices.push(id);
  }
});

const say = (seq: number, named: readonly Id<"device">[], by = account): string =>
  encodeBase64url(signRevocations(by, { seq, devices: new Set(named) }, by.root.rootSign.secretKey));
const revoke = (deviceId: Id<"device"> | undefined, revocations: string) =>
  revokeDevice(ctx, { deviceId: deviceId ?? newId("device", world.clock), revocations });

describe("a device that is taken back, at the platform", () => {
  it("is marked, with the statement that says so", async () => {
    const [laptop, phone] = devices;
    const statement = say(1, [laptop as Id<"device">]);
    expect(await revoke(laptop, statement)).toMatchObject({ id: laptop, revokedAt: world.clock.toISOString() });
    const { items, revocations } = await listDevices(ctx);
    expect([items.filter(({ revokedAt }) => revokedAt).map(({ id }) => id), revocations]).toEqual([
      [laptop],
      statement,
    ]);
    expect(items.find(({ id }) => id === phone)?.revokedAt).toBeUndefined();
    expect(world.auditEvents()).toContain("device.revoked");
  });

  it("has the sign-in that registered it, which ends with it, and a program's key has none", async () => {
    const { actor } = ctx;
    if (actor.kind !== "user") expect.unreachable();
    expect((await listDevices(ctx)).items.map(({ sessionId }) => sessionId)).toEqual(
      devices.map(() => actor.sessionId),
    );
    const program = world.ctx(world.program(actor, ["keyring:write"]));
    const added = await addDevice(program, { id: newId("device", world.clock), name: "Server", cert: "AAAA" });
    expect(added.sessionId).toBeUndefined();
  });

  it("is named by the next statement of the present root, on top of the last, and by no other", async () => {
    const [laptop, phone, tablet] = devices as [Id<"device">, Id<"device">, Id<"device">];
    await revoke(laptop, say(1, [laptop]));
    const stranger = (await world.keeper("elsewhere")).account;
    const others = [
      say(1, [laptop, phone]), // not the next
      say(3, [laptop, phone]),
      say(2, [phone]), // forgets one
      say(2, [laptop]), // names none more
      say(2, [laptop, phone, tablet]), // and one that was not asked for
      say(2, [laptop, tablet]),
      say(2, [laptop, phone], { ...stranger, tid: account.tid, uid: account.uid }),
      "AAAA",
    ];
    for (const statement of others) await expect(revoke(phone, statement)).rejects.toMatchObject(wrong);
    await expect(revoke(undefined, say(2, [laptop, phone]))).rejects.toMatchObject({ code: "device.not_found" });
    await revoke(phone, say(2, [laptop, phone]));
  });

  it("is taken back by one of two statements that are made at once", async () => {
    const [laptop, phone] = devices as [Id<"device">, Id<"device">];
    const both = await Promise.allSettled([revoke(laptop, say(1, [laptop])), revoke(phone, say(1, [phone]))]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect((await listDevices(ctx)).items.filter(({ revokedAt }) => revokedAt)).toHaveLength(1);
  });

  it("is nobody else's to take back", async () => {
    const [laptop] = devices as [Id<"device">];
    const colleague = world.ctx(world.person("owner", ctx.actor.tenantId));
    await world.giveKeys(colleague);
    const taken = revokeDevice(colleague, { deviceId: laptop, revocations: say(1, [laptop]) });
    await expect(taken).rejects.toMatchObject({ code: "device.not_found" });
  });

  it("begins anew under another root, which has certified none of those before", async () => {
    const [laptop, phone] = devices as [Id<"device">, Id<"device">];
    await revoke(laptop, say(1, [laptop]));
    const next = await rotateRoot(await showKeyring(ctx), account, "x", {
      deriveArgon2id: quickArgon,
      now: world.clock,
    });
    await changeKeyring(ctx, next.request);
    await expect(revoke(phone, say(2, [laptop, phone]))).rejects.toMatchObject(wrong);
    await revoke(phone, say(1, [phone], next.account));
  });
});
