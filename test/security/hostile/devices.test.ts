import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readRevocations, revokeDevice } from "#shared/client/device/revoke.ts";
import type { Device as Listed } from "#shared/contracts/keyring.ts";
import { signRevocations } from "#shared/crypto/account/device-revocations.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { type Id, newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { type Device, TaskWorld } from "#test/support/task-world.ts";
import { until } from "#test/support/until.ts";
import { VaultWorld } from "#test/support/vault-world.ts";

vi.setConfig({ testTimeout: 30_000 });

/** The relay lets a device through that its owner has taken back: the agent does not. */
describe("B20: a device that was taken back", () => {
  let world: TaskWorld;
  beforeEach(async () => {
    world = await TaskWorld.open();
  });
  afterEach(() => world.close());

  const isOpen = ({ link }: Device) => until(() => expect(link.state().is).toBe("open"));
  const isOut = ({ link }: Device) => until(() => expect(link.state().is).not.toBe("open"));
  const staysOut = async (device: Device) => {
    await isOut(device);
    await new Promise((done) => setTimeout(done, 1_500));
    expect(device.link.state().is).not.toBe("open");
  };
  const sayOf = (seq: number, ...ids: Id<"device">[]): string =>
    encodeBase64url(
      signRevocations(world.account, { seq, devices: new Set(ids) }, world.account.root.rootSign.secretKey),
    );

  it("is cut off by an agent that runs, as soon as another device tells it, and comes in no more", async () => {
    await world.startTask();
    const [mine, lost] = [world.openDevice(), world.openDevice()];
    await isOpen(mine);
    await isOpen(lost);
    mine.link.tell({ type: "devices.revoked", revocations: sayOf(1, lost.id) });
    await staysOut(lost);
    expect(mine.link.state().is).toBe("open");
  });

  it("is not let in again by an older word, nor by one that the root has not signed", async () => {
    await world.startTask();
    const [mine, lost, other] = [world.openDevice(), world.openDevice(), world.openDevice()];
    for (const device of [mine, lost, other]) await isOpen(device);
    mine.link.tell({ type: "devices.revoked", revocations: sayOf(2, lost.id) });
    await isOut(lost);
    const stranger = await TaskWorld.open();
    const forged = { seq: 9, devices: new Set([mine.id]) };
    const invented = encodeBase64url(signRevocations(world.account, forged, stranger.account.root.rootSign.secretKey));
    other.link.tell({ type: "devices.revoked", revocations: invented });
    other.link.tell({ type: "devices.revoked", revocations: sayOf(1, mine.id) });
    other.link.tell({ type: "devices.revoked", revocations: sayOf(3, mine.id) }); // and one that forgets
    await staysOut(lost);
    expect([mine.link.state().is, other.link.state().is]).toEqual(["open", "open"]);
    stranger.close();
  });

  it("is out of an agent that starts after it: the unlock says which devices are no more", async () => {
    await world.startTask();
    const lostId = newId("device", new Date());
    world.revocations = sayOf(1, lostId);
    await isOpen(world.openDevice());
    const lost = world.openDevice(world.account, lostId);
    await isOpen(world.openDevice()); // one that was not taken back comes in meanwhile
    await staysOut(lost);
  });
});

describe("B20: a server that shows another list of devices taken back", () => {
  it("is refused by a device that has seen more, and has nobody taken back by a word that is not the root's", async () => {
    const world = new VaultWorld();
    const { account } = await world.keeper("work");
    const keyring = world.keyringOf(account.uid);
    const id = newId("device", world.clock);
    await keyring.addDevice({ id, name: "Phone", cert: "AAAA" });
    const device = { keyring, account, database: makeMemoryDatabase(), folder: "" };
    await revokeDevice(device, id);
    expect([...(await readRevocations(device)).revocations.devices]).toEqual([id]);

    const showing = (revocations: string | null) => ({
      ...device,
      keyring: { ...keyring, listDevices: async () => ({ items: [] as Listed[], revocations }) },
    });
    const fewer = { seq: 2, devices: new Set<Id<"device">>() };
    const signed = encodeBase64url(signRevocations(account, fewer, account.root.rootSign.secretKey));
    for (const lie of [null, signed, signed.replace(/^.{9}/, "AAAAAAAAA")])
      await expect(readRevocations(showing(lie))).rejects.toMatchObject({ name: "CryptoError" });
  });
});
