import { beforeEach, describe, expect, it } from "vitest";
import { changePassphrase } from "#shared/client/change-keyring.ts";
import { makeKeyring, unlockByPassphrase } from "#shared/client/keyring.ts";
import { keyringContract } from "#shared/contracts/keyring.ts";
import { vaultContract } from "#shared/contracts/vault.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import { wrapRootKey } from "#shared/crypto/slots/slot.ts";
import { ALL_RIGHTS, rightsOf } from "#shared/crypto/vault/rights.ts";
import { newId } from "#shared/ids.ts";
import { EDIT, GroupWorld, type Someone, share } from "#test/support/group-world.ts";
import { inventedFor, substituting } from "#test/support/invented.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { loginOf, VaultWorld } from "#test/support/vault-world.ts";
import { type Exchange, lying, overWire } from "./double.ts";

/**
 * Nothing in this design lets a platform name a key that somebody's keys are then sealed to: no recovery by an organisation, no policy
 * that the client obeys. What is left to try is to say so all the same, and to put other keys in the place of known ones.
 */
const quick = { deriveArgon2id: async () => new Uint8Array(32).fill(7) };
const theirs = makeKemKeys();
const publicKey = encodeBase64url(theirs.publicKey);

/** A day of somebody whose server adds this to each reply: unlocks, changes the passphrase, keeps an item and opens it. */
async function dayUnder(more: object): Promise<Exchange[]> {
  const world = new VaultWorld();
  const place = { tid: newId("tenant", world.clock), uid: newId("user", world.clock) };
  const made = await makeKeyring(place, "a passphrase", { ...quick, now: world.clock });
  const { serve, serveKeyring } = await world.settle(made);
  const log: Exchange[] = [];
  const edit = (reply: object) => ({ ...reply, ...more });
  const keyring = overWire(keyringContract, { serve: serveKeyring, edit, log });
  const api = overWire(vaultContract, { serve, edit, log });
  const served = await keyring.getKeyring({});
  const { account, pin } = await unlockByPassphrase(served, place, "a passphrase", quick);
  const texts = { present: "a passphrase", next: "another passphrase" };
  const change = await changePassphrase(served, account, texts, { ...quick, now: world.clock, pin });
  await keyring.changeKeyring(change.request);
  const vaults = world.vaultsOf({ account, api }, { keyring, database: makeMemoryDatabase() });
  const book = await vaults.open("own");
  await book.read((await book.save(world.newItem(), loginOf("Bank"))).id);
  return log;
}

/** What was said, without what is random: where, and which fields of which length. */
const shapeOf = (log: readonly Exchange[]): string[] =>
  log.map(({ url, body }) => {
    const sizes = JSON.stringify(body ? JSON.parse(body) : null, (_, value: unknown) =>
      typeof value === "string" ? value.length : value,
    );
    return `${new URL(url).pathname.replace(/_[0-9a-z]{26}|\d+$/g, "")} ${sizes}`;
  });

const bytesIn = (log: readonly Exchange[]): Buffer =>
  Buffer.concat(
    log.flatMap(({ body }) => body.match(/[\w-]{20,}/g) ?? []).map((text) => Buffer.from(text, "base64url")),
  );

describe.each([
  ["B01 BW01: that the organisation takes everybody in", { organisation: { publicKey, autoEnrol: true } }],
  [
    "B03 BW03: that keys are kept by a connector from now on",
    { keyConnector: { url: "https://evil.example", publicKey } },
  ],
  ["B03 LP01: that an administrator resets passphrases", { policies: [{ type: "reset", on: true, publicKey }] }],
  ["B04 1P01: that a group may recover", { recovery: { group: [{ userId: "usr_evil", publicKey }], mandatory: true } }],
])("a server that says %s", (_, more) => {
  it("is sent what it would be sent without, and nothing is sealed to the key it names", async () => {
    const [honest, deceived] = [await dayUnder({}), await dayUnder(more)];
    expect(honest.length).toBeGreaterThan(6);
    expect(shapeOf(deceived)).toEqual(shapeOf(honest));
    expect(new Set(deceived.map(({ url }) => new URL(url).host))).toEqual(new Set(["ocmt.example"]));
    const all = bytesIn(deceived);
    for (const trace of [theirs.publicKey, sha256(theirs.publicKey)]) expect(all.includes(trace)).toBe(false);
  });
});

describe("B01 BW01: a key slot that the server adds", () => {
  it("keeps the account shut, and nothing is wrapped beside it: of a type that is not built, and of one that is", async () => {
    const now = new Date("2030-01-01T00:00:00Z");
    const place = { tid: newId("tenant", now), uid: newId("user", now) };
    const made = await makeKeyring(place, "a passphrase", { ...quick, now });
    const times = { recoveryCheckedAt: null, createdAt: now.toISOString(), updatedAt: now.toISOString() };
    const slot = {
      ...place,
      slotId: newId("slot", now),
      urkGen: 1,
      type: "hardware_key",
      params: new Uint8Array(0),
    } as const;
    const own = wrapRootKey(slot, makeKey(), makeKey());
    const escrow = Uint8Array.from(own, (byte, i) => (i === 5 ? 7 : byte));
    for (const blob of [own, escrow]) {
      const added = { id: slot.slotId, type: slot.type, blob: encodeBase64url(blob) };
      const served = { ...made.request, ...times, slots: [...made.request.slots, added] };
      const refused = { name: "CryptoError", code: "crypto.context" };
      await expect(unlockByPassphrase(served, place, "a passphrase", quick)).rejects.toMatchObject(refused);
      const texts = { present: "a passphrase", next: "another" };
      await expect(changePassphrase(served, made.account, texts, { ...quick, now })).rejects.toMatchObject(refused);
      expect(() =>
        keyringContract.getKeyring.reply.parse({ ...served, slots: [{ ...added, type: "escrow" }] }),
      ).toThrow();
    }
  });
});

describe("a group's vault", () => {
  let world: GroupWorld;
  let ann: Someone;
  let ben: Someone;
  let carol: Someone;

  beforeEach(async () => {
    world = new GroupWorld();
    ann = await world.owner("work");
    ben = await world.colleague(ann, "ben");
    carol = await world.colleague(ann, "carol");
  });

  const watching = (who: Someone, sent: { userId: string; key: string }[]) =>
    lying(who.api, {
      putKeys: (reply, { keys }) => {
        sent.push(...keys);
        return reply;
      },
    });

  it("B02 BW02: is not sealed to keys of the server's at a change of key, even where a device sees the member for the first time", async () => {
    const { vaultId } = await share(ann, [
      { who: ben, rights: EDIT },
      { who: carol, rights: EDIT },
    ]);
    const invented = await inventedFor(world, ben.account);
    const sent: { userId: string; key: string }[] = [];
    const keyring = substituting(world, { reader: ann, victim: ben }, invented);
    const book = await world.freshDevice(ann, { api: watching(ann, sent), keyring }).open(vaultId);
    const refused = { name: "CryptoError", code: "crypto.context" };
    await expect(book.removeMember(carol.account.uid)).rejects.toMatchObject(refused);
    await expect(book.setRights(carol.account.uid, rightsOf(["list"]))).rejects.toMatchObject(refused);
    expect(sent).toEqual([]);
  });

  it("B04 1P01: hands the next key to the members of its chain alone, whoever else the server says belongs to it", async () => {
    const { vaultId } = await share(ann, [{ who: ben, rights: EDIT }]);
    const sent: { userId: string; key: string }[] = [];
    const more = { members: [{ userId: carol.account.uid, rights: ALL_RIGHTS }], admins: [carol.account.uid] };
    const api = lying(watching(ann, sent), {
      getVault: (vault) => ({ ...vault, ...more }),
      addSteps: (reply) => ({ ...reply, ...more }),
    });
    const book = await world.freshDevice(ann, { api }).open(vaultId);
    await book.removeMember(ben.account.uid);
    expect(sent.map(({ userId }) => userId)).toEqual([ann.account.uid]);
  });

  it("B04 1P01: is looked after by nobody whom only the server lets: neither their own client nor another's takes it", async () => {
    const { vaultId } = await share(ann, [{ who: ben, rights: EDIT }]);
    const sent: { userId: string; key: string }[] = [];
    const api = lying(watching(ben, sent), {
      listVaults: ({ items }) => ({
        items: items.map((item) => ({ ...item, rights: ["list", "read", "share", "admin"] })),
      }),
    });
    const book = await world.freshDevice(ben, { api }).open(vaultId);
    await expect(book.removeMember(ann.account.uid)).rejects.toMatchObject({ code: "crypto.context" });
    await expect(book.setRights(ben.account.uid, ALL_RIGHTS)).rejects.toMatchObject({ code: "crypto.context" });
    const permissive = { ...api, putKeys: async () => ({ done: true as const }) };
    const forced = await world.freshDevice(ben, { api: permissive }).open(vaultId);
    await expect(forced.removeMember(ann.account.uid)).rejects.toMatchObject({ code: "crypto.context" });
  });
});
