import { beforeEach, describe, expect, it, vi } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { ApiError } from "#shared/client/api-client.ts";
import type { Clients } from "#shared/client/clients.ts";
import {
  type Account,
  type AccountPlace,
  type KeyringPin,
  makeKeyring,
  type NewKeyring,
  unlockByPasskey,
  unlockByPhrase,
  unlockByRecoveryKey,
} from "#shared/client/keyring.ts";
import { openKeyringWays } from "#shared/client/keyring-ways.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { newId } from "#shared/ids.ts";
import { VaultWorld } from "#test/support/vault-world.ts";

vi.setConfig({ testTimeout: 60_000 });

const PRESENT = "seven plain words nobody else has chosen";
const passkey = { credentialId: makeBytes(16), prfOutput: makeBytes(32) };
const code = (value: string) => expect.objectContaining({ code: value });

describe("the ways to open a vault, as a device changes them", () => {
  let made: NewKeyring;
  let place: AccountPlace;
  let keyring: Clients["keyring"];
  let pin: KeyringPin;
  let pinnedFor: Account[];

  beforeEach(async () => {
    const world = new VaultWorld();
    place = { tid: newId("tenant", world.clock), uid: newId("user", world.clock) };
    made = await makeKeyring(place, PRESENT, { deriveArgon2id, now: world.clock });
    await world.settle(made);
    keyring = world.keyringOf(place.uid);
    pin = made.pin;
    pinnedFor = [];
  });

  const ways = (api: Partial<Clients["keyring"]> = {}) =>
    openKeyringWays({
      ...{ api: { ...keyring, ...api }, deriveArgon2id, now: () => new Date(1_900_000_000_000) },
      readOpen: async () => ({ account: made.account, pin }),
      async keepPin(account, next) {
        pinnedFor.push(account);
        pin = next;
      },
    });
  const served = () => keyring.getKeyring({});
  const types = async () => (await served()).slots.map(({ type }) => type);

  it("are each built on what the last one left: no change is refused for the one before it", async () => {
    const device = ways();
    const words = await device.renewRecoveryPhrase(PRESENT);
    await device.addPasskey(PRESENT, passkey);
    expect(pinnedFor).toEqual([made.account, made.account]);
    expect(pin.slotSet.slotSeq).toBe(3);
    expect(unlockByPhrase(await served(), place, words, { pin }).account).toEqual(made.account);
    expect(unlockByPasskey(await served(), place, passkey, { pin }).account).toEqual(made.account);
    const slot = (await served()).slots.find(({ type }) => type === "passkey");
    await device.remove(PRESENT, slot?.id ?? expect.unreachable());
    expect(await types()).toEqual(["passphrase", "bip39"]);
  });

  it("leave a recovery key out of force, and unproven, until it is kept", async () => {
    const { shown, keep } = await ways().prepareRecoveryKey(PRESENT);
    expect(await types()).toEqual(["passphrase", "bip39"]);
    expect(pinnedFor).toEqual([]);
    await keep();
    expect(unlockByRecoveryKey(await served(), place, shown, { pin }).account).toEqual(made.account);
    expect(await served()).toMatchObject({ recoveryCheckedAt: null, recoveryKeyCheckedAt: expect.any(String) });
  });

  it("do not take words that are drawn in place of others for words that were shown to be held", async () => {
    await ways().renewRecoveryPhrase(PRESENT);
    expect((await served()).recoveryCheckedAt).toBeNull();
  });

  it("are kept again without a second change where only the note of the check was lost", async () => {
    let isLost = true;
    const recordRecoveryCheck = async (request: Parameters<typeof keyring.recordRecoveryCheck>[0]) => {
      if (isLost) throw new ApiError("network", "The connection ended.");
      return keyring.recordRecoveryCheck(request);
    };
    const { keep } = await ways({ recordRecoveryCheck }).prepareRecoveryPhrase(PRESENT);
    await expect(keep()).rejects.toThrow(code("network"));
    isLost = false;
    await keep();
    expect((await served()).slotSeq).toBe(2);
    expect((await served()).recoveryCheckedAt).not.toBeNull();
  });

  it("change nothing for a wrong passphrase", async () => {
    const wrong = "other words that nobody else has chosen either";
    await expect(ways().addPasskey(wrong, passkey)).rejects.toThrow(code("crypto.commitment"));
    await expect(ways().prepareRecoveryKey(wrong)).rejects.toThrow(code("crypto.commitment"));
    expect((await served()).slotSeq).toBe(1);
    expect(pinnedFor).toEqual([]);
  });
});
