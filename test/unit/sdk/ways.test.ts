import { beforeEach, describe, expect, it, vi } from "vitest";
import { nodeArgon2id as deriveArgon2id } from "#sdk/argon2.ts";
import { openWays, proveHeld } from "#sdk/ways.ts";
import { ApiError } from "#shared/client/api-client.ts";
import type { Clients } from "#shared/client/clients.ts";
import {
  type AccountPlace,
  type KeyringPin,
  makeKeyring,
  type NewKeyring,
  unlockByPassphrase,
  unlockByPhrase,
} from "#shared/client/keyring.ts";
import { newId } from "#shared/ids.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { VaultWorld } from "#test/support/vault-world.ts";

vi.setConfig({ testTimeout: 60_000 });

const PRESENT = "seven plain words nobody else has chosen";
const NEXT = "other words that nobody else has chosen either";
const FOLDER = "here";
const code = (value: string) => expect.objectContaining({ code: value });

const unused = {} as Clients["recovery"] & Parameters<typeof openWays>[0]["vaults"]; // nothing of it is called

describe("the ways to open a vault, changed on the command line", () => {
  let world: VaultWorld;
  let made: NewKeyring;
  let place: AccountPlace;
  let keyring: Clients["keyring"];
  let database: ReturnType<typeof makeMemoryDatabase>;

  beforeEach(async () => {
    world = new VaultWorld();
    place = { tid: newId("tenant", world.clock), uid: newId("user", world.clock) };
    made = await makeKeyring(place, PRESENT, { deriveArgon2id, now: world.clock });
    await world.settle(made);
    keyring = world.keyringOf(place.uid);
    database = makeMemoryDatabase();
  });

  const ways = (changeKeyring = keyring.changeKeyring) => {
    const { account, pin } = made;
    const api = { keyring: { ...keyring, changeKeyring }, recovery: unused };
    return openWays({ api, database, folder: FOLDER, account, vaults: unused, pin });
  };
  const pinned = () => database.get<KeyringPin>(`${FOLDER}/keyring-pin`);
  const opensBy = async (passphrase: string) => {
    const { account } = await unlockByPassphrase(await keyring.getKeyring({}), place, passphrase, {
      deriveArgon2id,
      pin: await pinned(),
    });
    return account.uid;
  };

  it("takes another passphrase, and the one from before opens nothing that is served", async () => {
    await ways().changePassphrase(PRESENT, NEXT);
    expect(await opensBy(NEXT)).toBe(made.account.uid);
    await expect(opensBy(PRESENT)).rejects.toThrow(code("crypto.commitment"));
    const byWords = unlockByPhrase(await keyring.getKeyring({}), place, made.recoveryPhrase);
    expect(byWords.account).toEqual(made.account);
    await expect(ways().changePassphrase(PRESENT, NEXT)).rejects.toThrow(code("crypto.commitment"));
  });

  it("finds a change kept whose answer was lost, and holds on to it", async () => {
    const losing = ways(async (request) => {
      await keyring.changeKeyring(request);
      throw new ApiError("network", "The connection ended.");
    });
    await losing.changePassphrase(PRESENT, NEXT);
    expect((await pinned())?.slotSet.slotSeq).toBe(2);
    expect(await opensBy(NEXT)).toBe(made.account.uid);
  });

  it("does not take for kept what never arrived, nor what another device was faster with", async () => {
    const lost = ways(() => Promise.reject(new ApiError("network", "The connection ended.")));
    await expect(lost.changePassphrase(PRESENT, NEXT)).rejects.toThrow(code("network"));
    expect(await pinned()).toBeUndefined();
    const late = ways(async (request) => {
      await ways().changePassphrase(PRESENT, "the words of another device, long enough");
      return keyring.changeKeyring(request);
    });
    await expect(late.changePassphrase(PRESENT, NEXT)).rejects.toThrow(code("keyring.changed"));
    await expect(opensBy(NEXT)).rejects.toThrow(code("crypto.commitment"));
  });

  it("draws twelve new words that open once they are kept, and those from before until then", async () => {
    const { shown: recoveryPhrase, keep } = await ways().prepareRecoveryPhrase(PRESENT);
    const prove = (words: string) => proveHeld({ api: { keyring }, database, place }, { words });
    await prove(made.recoveryPhrase);
    await expect(prove(recoveryPhrase)).rejects.toThrow(code("crypto.commitment"));
    await keep();
    await prove(recoveryPhrase);
    await expect(prove(made.recoveryPhrase)).rejects.toThrow(code("crypto.commitment"));
    expect((await keyring.getKeyring({})).recoveryCheckedAt).not.toBeNull();
  });
});
