import { beforeEach, describe, expect, it } from "vitest";
import { personPinsOf } from "#shared/client/device/stores.ts";
import type { VaultApi } from "#shared/client/vault/head.ts";
import { sealRingFor } from "#shared/client/vault/keys/vault-key.ts";
import type { Vault } from "#shared/contracts/vault.ts";
import { safetyNumberOf } from "#shared/crypto/account/safety-number.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { readChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import { readManifest, signManifest } from "#shared/crypto/vault/manifest.ts";
import { rightsOf } from "#shared/crypto/vault/rights.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { inventedFor, substituting } from "#test/support/invented.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";
import { lying } from "./double.ts";

/** The real client in front of a server that lies about a group's vault and about people. */
let world: GroupWorld;
let ann: Someone;
let ben: Someone;
const refused = { name: "CryptoError" };

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
});

const withVault = (who: Someone, lie: (vault: Vault) => Vault): VaultApi =>
  lying(who.api, { getVault: (vault) => (vault.kind === "group" ? lie(vault) : vault) });
const lastOf = (chain: readonly string[]) => readChainStep(decodeBase64url(chain.at(-1) ?? ""));

describe("B16 LP07 DL02 1P05: another key in the place of a colleague's", () => {
  it("is taken unverified at first, and shows another safety number than the colleague sees", async () => {
    const invented = await inventedFor(world, ben.account);
    const deceived = world.freshDevice(ann, { keyring: substituting(world, { reader: ann, victim: ben }, invented) });
    const shown = await deceived.contact(ben.account.uid);
    const theirs = await ben.vaults.contact(ann.account.uid);
    expect([shown.isVerified, theirs.isVerified]).toEqual([false, false]);
    expect(shown.safetyNumber).not.toEqual(theirs.safetyNumber);
    const honest = await ann.vaults.contact(ben.account.uid);
    expect(honest.safetyNumber).toEqual(theirs.safetyNumber);
    expect(honest.safetyNumber.join("")).toMatch(/^\d{60}$/);
  });

  it("is refused on every device once the numbers were compared, and nothing is sealed to it", async () => {
    await ann.vaults.verify(await ann.vaults.contact(ben.account.uid));
    const invented = await inventedFor(world, ben.account);
    const deceived = world.freshDevice(ann, { keyring: substituting(world, { reader: ann, victim: ben }, invented) });
    const changed = { name: "CryptoError", person: ben.account.uid, wasVerified: true };
    await expect(deceived.contact(ben.account.uid)).rejects.toMatchObject(changed);
    const vaultId = await deceived.create("Finance");
    const book = await deceived.open(vaultId);
    await expect(book.addMember(ben.account.uid, rightsOf(EDIT))).rejects.toMatchObject(changed);
    expect(await ben.vaults.list()).toEqual([]);
  });

  it("is refused by a device that knows the first one, until its person takes the new one for theirs", async () => {
    const invented = await inventedFor(world, ben.account);
    const swapped = substituting(world, { reader: ann, victim: ben }, invented);
    const database = makeMemoryDatabase();
    await world.freshDevice(ann, { database }).contact(ben.account.uid);
    const changed = { name: "CryptoError", person: ben.account.uid, wasVerified: false };
    const nextSession = () => world.freshDevice(ann, { database, keyring: swapped });
    await expect(nextSession().contact(ben.account.uid)).rejects.toMatchObject(changed);
    const anew = await nextSession().acceptAnew(ben.account.uid);
    expect([anew.isVerified, anew.genesisKey]).toEqual([false, invented.account.root.rootSign.publicKey]);
  });

  describe("once the numbers were compared", () => {
    const setUp = async () => {
      const honest = await ann.vaults.contact(ben.account.uid);
      await ann.vaults.verify(honest);
      const invented = await inventedFor(world, ben.account);
      const keyring = substituting(world, { reader: ann, victim: ben }, invented);
      const genesisKey = invented.account.root.rootSign.publicKey;
      const own = await ann.vaults.contact(ann.account.uid);
      const anns = { uid: ann.account.uid, genesisKey: own.genesisKey };
      const number = safetyNumberOf(anns, { uid: ben.account.uid, genesisKey }).join(" ");
      const database = makeMemoryDatabase();
      await world.freshDevice(ann, { database }).contact(ben.account.uid);
      return { honest, keyring, genesisKey, number, database, device: world.freshDevice(ann, { keyring, database }) };
    };
    const changed = { name: "CryptoError", wasVerified: true };

    it("is taken by nothing that asks for no number, and stays refused", async () => {
      const { honest, genesisKey, keyring, database, device } = await setUp();
      const { uid } = ben.account;
      await expect(device.acceptAnew(uid)).rejects.toMatchObject(changed);
      expect(await personPinsOf(database, "").read(uid)).toMatchObject({ genesisKey: honest.genesisKey });
      await expect(device.verify({ ...honest, genesisKey })).rejects.toMatchObject(changed);
      await device.people.acceptAnew(uid);
      await expect(device.contact(uid)).rejects.toMatchObject(changed);
      await expect(ann.vaults.verify({ ...honest, genesisKey })).rejects.toMatchObject(refused); // one who knows the keys of before
      await expect(world.freshDevice(ann, { keyring }).contact(uid)).rejects.toMatchObject(changed);
      expect((await world.freshDevice(ann).contact(uid)).isVerified).toBe(true);
    });

    it("is not taken for another number: the one before, one digit off, a part of it", async () => {
      const { honest, number, device } = await setUp();
      const last = (Number(number.at(-1)) + 1) % 10;
      for (const told of [honest.safetyNumber.join(" "), `${number.slice(0, -1)}${last}`, number.slice(0, -1), ""])
        await expect(device.verifyAnew(ben.account.uid, told)).rejects.toMatchObject({ name: "NumberDiffers" });
      await expect(device.contact(ben.account.uid)).rejects.toMatchObject(changed);
      expect((await world.freshDevice(ann).contact(ben.account.uid)).isVerified).toBe(true);
    });

    it("is taken, verified and on every device, for the number that its holder reads out", async () => {
      const { genesisKey, number, keyring, device } = await setUp();
      for (const known of [
        await device.verifyAnew(ben.account.uid, number),
        await world.freshDevice(ann, { keyring }).contact(ben.account.uid),
      ])
        expect(known).toMatchObject({ isVerified: true, genesisKey });
      await expect(world.freshDevice(ann).contact(ben.account.uid)).rejects.toMatchObject(changed); // the keys of before
    });
  });
});

describe("B17 BW08 BW09: members whom nobody added", () => {
  it("refuses a step that the server made by itself, or signed for a member", async () => {
    const { vaultId } = await share(ann, []);
    const invented = await inventedFor(world, ben.account);
    const { chain } = await ann.api.getVault({ vaultId });
    const { step, hash } = lastOf(chain);
    const does = { kind: "add", person: ben.account.uid, bundleHash: invented.account.bundleHash, rights: 63 } as const;
    const next = { ...step, seq: 2, prevHash: hash, manifest: { seq: 1, hash: new Uint8Array(32) }, does };
    for (const forged of [
      signChainStep(next, invented.account.identity.sign.secretKey),
      signChainStep({ ...next, author: ben.account.uid }, ben.account.identity.sign.secretKey),
    ]) {
      const api = withVault(ann, (vault) => ({ ...vault, chain: [...vault.chain, encodeBase64url(forged)] }));
      await expect(world.freshDevice(ann, { api }).open(vaultId)).rejects.toMatchObject(refused);
    }
  });

  it("refuses a chain from before somebody was removed, also on a device that has not seen it", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: MANAGE }]);
    const before = await ann.api.getVault({ vaultId });
    await book.removeMember(ben.account.uid);
    await book.save(world.newItem(), noteOf("After"));
    const cut = withVault(ann, (vault) => ({ ...vault, chain: before.chain, key: before.key }));
    await expect(world.freshDevice(ann, { api: cut }).open(vaultId)).rejects.toMatchObject(refused);
  });
});

describe("1P06: a group's vault in the place of another", () => {
  it("is refused, and so is one's own", async () => {
    const { vaultId } = await share(ann, []);
    const other = await ann.vaults.create("Other");
    const own = (await ann.vaults.open("own")).vaultId;
    for (const told of [other, own]) {
      const api = { ...ann.api, getVault: () => ann.api.getVault({ vaultId: told }) };
      await expect(world.freshDevice(ann, { api }).open(vaultId)).rejects.toMatchObject(refused);
    }
    const api = { ...ann.api, getVault: () => ann.api.getVault({ vaultId }) };
    await expect(world.freshDevice(ann, { api }).open("own")).rejects.toMatchObject(refused);
  });
});

describe("B19: keys from somebody who might not hand them on", () => {
  it("are refused, signed by a stranger, by a reader, or without a name", async () => {
    const carol = await world.colleague(ann, "carol");
    const { vaultId, book } = await share(ann, [
      { who: ben, rights: ["list", "read"] },
      { who: carol, rights: ["list", "read"] },
    ]);
    await carol.vaults.contact(ben.account.uid);
    const ring = book.head().ring;
    const giving = { vaultId, ring, rights: rightsOf(["list", "read"]) };
    const contact = await ben.vaults.contact(carol.account.uid);
    const key = sealRingFor(ben.account, contact, giving);
    const bundleHash = encodeBase64url(ben.account.bundleHash);
    const annHash = encodeBase64url(ann.account.bundleHash);
    for (const grantedBy of [
      { userId: ben.account.uid, bundleHash },
      { userId: ann.account.uid, bundleHash: annHash },
      null,
    ]) {
      const api = withVault(carol, (vault) => ({ ...vault, key, grantedBy }));
      await expect(world.freshDevice(carol, { api }).open(vaultId)).rejects.toMatchObject(refused);
    }
    await expect(carol.vaults.open(vaultId)).resolves.toBeTruthy();
  });
});

describe("a manifest by somebody who might not write it", () => {
  const forgedBy = (who: Someone) => (vault: Vault) => {
    const { manifest, hash } = readManifest(decodeBase64url(vault.manifest));
    const writer = { writer: who.account.uid, bundleHash: who.account.bundleHash };
    const next = { ...manifest, seq: manifest.seq + 1, prevHash: hash, ...writer };
    return { ...vault, manifest: encodeBase64url(signManifest(next, who.account.identity.sign.secretKey)) };
  };

  it("is refused of a reader, and of one who was removed", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: ["list", "read"] }]);
    await book.save(world.newItem(), loginOf("Bank"));
    const api = withVault(ann, forgedBy(ben));
    await expect(world.freshDevice(ann, { api }).open(vaultId)).rejects.toMatchObject(refused);
    await book.setRights(ben.account.uid, rightsOf(EDIT));
    await book.removeMember(ben.account.uid);
    await expect(world.freshDevice(ann, { api }).open(vaultId)).rejects.toMatchObject(refused);
  });
});

describe("a vault of one's own that somebody else is said to have written", () => {
  it("is refused without asking who they are", async () => {
    const own = await ann.vaults.open("own");
    await own.save(world.newItem(), loginOf("Bank"));
    const { manifest, hash } = readManifest(
      decodeBase64url((await ann.api.getVault({ vaultId: own.vaultId })).manifest),
    );
    const writer = { writer: ben.account.uid, bundleHash: ben.account.bundleHash };
    const next = { ...manifest, seq: manifest.seq + 1, prevHash: hash, ...writer };
    const forged = encodeBase64url(signManifest(next, ben.account.identity.sign.secretKey));
    const api = lying(ann.api, { getVault: (vault) => ({ ...vault, manifest: forged }) });
    await expect(world.freshDevice(ann, { api }).open("own")).rejects.toMatchObject(refused);
  });
});

describe("B21: items that are said to lie under the newest key", () => {
  it("are sealed anew all the same: which key an item lies under stands in the item", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: EDIT }]);
    const bank = await book.save(world.newItem(), loginOf("Bank"));
    await book.removeMember(ben.account.uid);
    const told = <T extends { keyGen: number }>(items: readonly T[]) => items.map((item) => ({ ...item, keyGen: 2 }));
    const api = lying(ann.api, {
      listItems: ({ items, cursor }) => ({ cursor, items: told(items) }),
      readBucket: (reply) => ({ ...reply, items: told(reply.items) }),
    });
    const deceived = await world.freshDevice(ann, { api }).open(vaultId);
    await deceived.list();
    expect(deceived.progress()).toEqual({ done: 0, of: 1, stuck: [] });
    await deceived.reseal();
    const { items } = await ann.api.listItems({ vaultId });
    expect(items.map(({ keyGen, version }) => [keyGen, version])).toEqual([[2, bank.version + 1]]);
  });
});
