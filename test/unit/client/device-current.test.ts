import { describe, expect, it } from "vitest";
import { isOfPresentRoot, signInEndingWith } from "#shared/client/device/current.ts";
import { enrolDevice } from "#shared/client/device/enrol.ts";
import type { Account } from "#shared/client/keyring.ts";
import { newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { RotationWorld } from "#test/support/rotation-world.ts";

describe("the list of devices after a change of all keys", () => {
  it("marks every device that another root vouched for as not current, this one's entry of before too", async () => {
    const world = new RotationWorld();
    const ann = await world.owner("work");
    const keyring = world.keyringOf(ann.account.uid);
    const database = makeMemoryDatabase();
    const enrol = (account: Account) =>
      enrolDevice({ account, database, folder: "", keyring, name: "Laptop", now: world.clock });
    const current = async () => {
      const [present, { items }] = await Promise.all([keyring.getKeyring({}), keyring.listDevices({})]);
      return items.filter((device) => isOfPresentRoot(present, device)).map(({ id }) => id);
    };
    const before = await enrol(ann.account);
    expect(await current()).toEqual([before.id]);
    const { account } = await world.rotate(ann);
    expect(await current()).toEqual([]);
    const after = await enrol(account);
    expect((await keyring.listDevices({})).items).toHaveLength(2);
    expect(await current()).toEqual([after.id]);
  });

  it("has no device whose taking back would sign its successor out, and every other ends with its sign-in", async () => {
    const world = new RotationWorld();
    const ann = await world.owner("work");
    const keyring = world.keyringOf(ann.account.uid);
    const add = async (name: string) => {
      world.turn(1000);
      return keyring.addDevice({ id: newId("device", world.clock), name, cert: "AAAA" });
    };
    const [before, after] = [await add("Laptop"), await add("Laptop, after the keys were changed")];
    const sessionId = newId("session", world.clock);
    const elsewhere = { ...(await add("Phone")), sessionId };
    const all = [before, after, elsewhere];
    expect(after.sessionId).toBe(before.sessionId);
    expect(all.map((device) => signInEndingWith(device, all))).toEqual([undefined, after.sessionId, sessionId]);
    const taken = { ...after, revokedAt: world.clock.toISOString() };
    expect(signInEndingWith(before, [before, taken])).toBe(before.sessionId);
    expect(signInEndingWith({ ...before, sessionId: null }, [before])).toBeUndefined();
  });
});
