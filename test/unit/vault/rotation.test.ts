import { beforeEach, describe, expect, it } from "vitest";
import { formOf, secretOf } from "#shared/client/vault/items/item-kinds.ts";
import { keyAgeOf } from "#shared/client/vault/keys/key-age.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { currentKeyGen } from "#shared/crypto/vault/chain.ts";
import { rightsOf } from "#shared/crypto/vault/rights.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";

let world: GroupWorld;
let ann: Someone;
let ben: Someone;
const DAY_MS = 24 * 3600_000;
const later = (days: number) => {
  world.clock = new Date(world.clock.getTime() + days * DAY_MS);
};
const dueIn = (book: VaultBook) => keyAgeOf(book.head().chain, world.clock).due;
const keyGensIn = async (who: Someone, { vaultId }: VaultBook) =>
  new Set((await who.api.listItems({ vaultId, limit: 500 })).items.map(({ keyGen }) => keyGen));
const exposedIn = async (book: VaultBook) =>
  (await book.list()).filter(({ entry }) => entry?.exposedAt !== undefined).map(({ entry }) => entry?.name);

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
});

describe("the key of a vault", () => {
  it("is due after ninety days by the chain's own dates, one's own vault too, and changes then and not before", async () => {
    const own = await ann.vaults.open("own");
    const bank = await own.save(world.newItem(), loginOf("Bank"));
    later(89);
    await own.rotate();
    expect([dueIn(own), currentKeyGen(own.head().chain)]).toEqual([undefined, 1]);
    later(1);
    expect(keyAgeOf(own.head().chain, world.clock)).toMatchObject({ days: 90, due: "age" });
    await own.rotate();
    await own.reseal();
    expect([dueIn(own), currentKeyGen(own.head().chain)]).toEqual([undefined, 2]);
    expect(await keyGensIn(ann, own)).toEqual(new Set([2]));
    const phone = await world.freshDevice(ann).open("own");
    expect((await phone.read(bank.id)).content).toMatchObject({ password: "password of Bank" });
    expect(await exposedIn(phone)).toEqual([]);
  });

  it("is drawn once by two who look after the vault at once", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: MANAGE }]);
    await book.save(world.newItem(), loginOf("Bank"));
    const theirs = await ben.vaults.open(vaultId);
    later(91);
    await Promise.all([book.rotate(), theirs.rotate()]);
    await Promise.all([book.reseal(), theirs.reseal()]);
    await book.list();
    expect(currentKeyGen(book.head().chain)).toBe(2);
    expect(await keyGensIn(ann, book)).toEqual(new Set([2]));
  });

  it("is not changed by a member who does not look after it", async () => {
    const { vaultId } = await share(ann, [{ who: ben, rights: EDIT }]);
    const theirs = await ben.vaults.open(vaultId);
    later(91);
    await expect(theirs.rotate()).rejects.toMatchObject({ code: "vault.forbidden" });
  });

  it("goes on where it was broken off, on another device", async () => {
    const own = await ann.vaults.open("own");
    for (let i = 0; i < 30; i++) await own.save(world.newItem(), noteOf(`Note ${i}`));
    later(90);
    await own.rotate();
    const broken = own.reseal(({ done }) => {
      if (done > 0) throw new Error("the page was closed");
    });
    await expect(broken).rejects.toThrow("closed");
    expect(await keyGensIn(ann, own)).toEqual(new Set([1, 2]));
    const phone = await world.freshDevice(ann).open("own");
    await phone.list();
    const { done, of } = phone.progress();
    expect([done > 0, done < 30, of]).toEqual([true, true, 30]);
    await phone.reseal();
    expect(await keyGensIn(ann, own)).toEqual(new Set([2]));
  });
});

describe("a secret that somebody who lost access could read", () => {
  it("is noted in each item, also when another device seals them anew, until the secret is another one", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: ["list", "read"] }]);
    const bank = await book.save(world.newItem(), loginOf("Bank"));
    await book.save(world.newItem(), noteOf("Plan"));
    await book.removeMember(ben.account.uid);
    const phone = await world.freshDevice(ann).open(vaultId);
    await phone.reseal();
    expect(await exposedIn(phone)).toEqual(["Bank"]);
    const opened = await phone.read(bank.id);
    if (!opened.entry) throw new Error("it is there");
    const form = formOf(opened.entry, opened.content);
    const renamed = await phone.save(opened, secretOf({ ...form, name: "Savings" }, form));
    expect(await exposedIn(phone)).toEqual(["Savings"]);
    await phone.save(renamed, secretOf({ ...form, values: { ...form.values, password: "another" } }, form));
    expect(await exposedIn(phone)).toEqual([]);
  });

  it("is noted when reading is taken back, and not of one who saw names alone", async () => {
    const { book } = await share(ann, [{ who: ben, rights: ["list"] }]);
    await book.save(world.newItem(), loginOf("Bank"));
    await book.removeMember(ben.account.uid);
    await book.reseal();
    expect(await exposedIn(book)).toEqual([]);
    await book.addMember(ben.account.uid, rightsOf(["list", "read"]));
    await book.setRights(ben.account.uid, rightsOf(["list"]));
    await book.reseal();
    expect(await exposedIn(book)).toEqual(["Bank"]);
  });

  it("is not noted in what was kept after they were gone", async () => {
    const { book } = await share(ann, [{ who: ben, rights: EDIT }]);
    await book.removeMember(ben.account.uid);
    await book.save(world.newItem(), loginOf("Mail"));
    later(90);
    await book.rotate();
    await book.reseal();
    expect(await exposedIn(book)).toEqual([]);
  });
});
