import { beforeEach, describe, expect, it, vi } from "vitest";
import { releaseShare } from "#shared/client/recovery/held-share.ts";
import { findStaleContacts } from "#shared/client/recovery/stale-shares.ts";
import { rotateRoot } from "#shared/client/rotation/rotate-root.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { type Friend, idOfFriend, RecoveryWorld } from "#test/support/recovery-world.ts";
import { quickArgon } from "#test/support/rotation-world.ts";

vi.setConfig({ testTimeout: 60_000 });

describe("contacts who cannot open their share any more", () => {
  let world: RecoveryWorld;
  let owner: Friend;
  let friends: readonly Friend[];
  beforeEach(async () => {
    ({ world, owner, friends } = await RecoveryWorld.ofThree());
  });
  const friend = (at: number): Friend => friends[at] ?? expect.unreachable();
  const setOfOwner = async () => (await owner.recovery.getSet({})).set ?? expect.unreachable();
  const stale = async () => findStaleContacts(owner.vaults, await setOfOwner());

  /** The contact as they are after a change of all keys that is over. */
  async function rotate(one: Friend): Promise<Friend> {
    const keyring = world.keyringOf(idOfFriend(one));
    const means = { deriveArgon2id: quickArgon, now: world.clock };
    const { account, request } = await rotateRoot(await keyring.getKeyring({}), one.account, "another", means);
    await keyring.changeKeyring(request);
    const { carried: _, ...after } = account;
    return { ...one, account: after };
  }

  it("are none while nobody has changed a key", async () => {
    expect(await stale()).toEqual([]);
  });

  it("are those who changed all keys, though this device knew them before; their share really opens no more", async () => {
    await owner.vaults.contact(idOfFriend(friend(1)));
    const after = await rotate(friend(1));
    expect(await stale()).toEqual([idOfFriend(after)]);
    const { words } = await world.ask(world.freshBrowser(owner));
    const [held = expect.unreachable()] = (await after.recovery.listHeld({})).items;
    const means = { ...world.contactMeans(after), vaults: friend(1).vaults };
    await expect(releaseShare(means, held, words)).rejects.toThrow(CryptoError);
    await world.give(friend(0), words);
  });

  it("are no more when contacts are chosen again, for the shares go to the keys of then", async () => {
    const after = await rotate(friend(1));
    await world.choose(owner, friends, 2);
    expect(await stale()).toEqual([]);
    const { words } = await world.ask(world.freshBrowser(owner));
    await world.give({ ...after, vaults: friend(1).vaults }, words);
  });

  it("are those, too, for whom the service names keys that were never theirs, or none", async () => {
    const set = await setOfOwner();
    const [first = "", , third = ""] = set.sealedTo;
    const sealedTo = [first, encodeBase64url(new Uint8Array(32)), third];
    expect(await findStaleContacts(owner.vaults, { ...set, sealedTo })).toEqual([idOfFriend(friend(1))]);
    expect(await findStaleContacts(owner.vaults, { ...set, sealedTo: [] })).toEqual(set.contacts);
  });
});
