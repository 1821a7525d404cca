import { beforeEach, describe, expect, it } from "vitest";
import { Content, Entry } from "#shared/client/vault/items/item-model.ts";
import { openContent, openEntry } from "#shared/client/vault/items/seal-item.ts";
import type { OpenRing } from "#shared/client/vault/keys/vault-key.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { membersOf } from "#shared/crypto/vault/chain.ts";
import { namesOfRights, rightsOf } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";

let world: GroupWorld;
let ann: Someone;
let ben: Someone;
const code = (value: string) => ({ code: value });
const passwordIn = async (book: VaultBook, itemId: `itm_${string}`) => {
  const { content } = await book.read(itemId);
  return content.type === "login" ? content.password : undefined;
};

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
});

describe("a vault of a group", () => {
  it("shows names to who may list, and not what is behind them", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: ["list"] }]);
    const bank = await book.save(world.newItem(), loginOf("Bank"));
    const seen = await ben.vaults.open(vaultId);
    expect((await seen.list()).map(({ entry }) => entry?.name)).toEqual(["Bank"]);
    expect(namesOfRights(seen.head().rights)).toEqual(["list"]);
    await expect(seen.read(bank.id)).rejects.toMatchObject(code("vault.forbidden"));
    const { content } = await ann.api.getContent({ vaultId, itemId: bank.id }); // and if the platform gave it all the same
    const leaking = world.freshDevice(ben, { api: { ...ben.api, getContent: async () => ({ content }) } });
    await expect((await leaking.open(vaultId)).read(bank.id)).rejects.toMatchObject(code("crypto.key"));
  });

  it("is read by who is let read, from then on, and no more once that is taken back", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: ["list"] }]);
    const bank = await book.save(world.newItem(), loginOf("Bank"));
    await book.setRights(ben.account.uid, rightsOf(["list", "read"]));
    const seen = await world.freshDevice(ben).open(vaultId);
    expect(await passwordIn(seen, bank.id)).toBe("password of Bank");
    await expect(seen.save(world.newItem(), noteOf("Mine"))).rejects.toMatchObject(code("vault.forbidden"));
    await book.setRights(ben.account.uid, rightsOf(["list"]));
    await book.reseal();
    const again = await world.freshDevice(ben).open(vaultId);
    expect((await again.list()).map(({ entry }) => entry?.name)).toEqual(["Bank"]);
    await expect(again.read(bank.id)).rejects.toMatchObject(code("vault.forbidden"));
  });

  it("is written by who may, and everybody sees whose word it is", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: EDIT }]);
    const theirs = await ben.vaults.open(vaultId);
    const bank = await theirs.save(world.newItem(), loginOf("Bank", "of ben"));
    expect(await passwordIn(book, bank.id)).toBe("of ben");
    await book.save({ id: bank.id, version: 1 }, loginOf("Bank", "of ann"));
    expect(await passwordIn(theirs, bank.id)).toBe("of ann");
    await theirs.remove([{ id: bank.id, version: 2 }]);
    expect(await book.list()).toEqual([]);
  });

  it("is offered first: nothing of it is shown before it is accepted, and nothing after it is declined", async () => {
    const vaultId = await ann.vaults.create("Finance");
    const book = await ann.vaults.open(vaultId);
    await book.addMember(ben.account.uid, rightsOf(["list", "read"]));
    expect(await ben.vaults.list()).toEqual([
      { id: vaultId, kind: "group", name: "Finance", state: "offered", rights: ["list", "read"] },
    ]);
    await expect(ben.vaults.open(vaultId)).rejects.toMatchObject(code("vault.not_found"));
    await ben.api.answerVault({ vaultId, answer: "decline" });
    expect(await ben.vaults.list()).toEqual([]);
    await expect(ben.vaults.open(vaultId)).rejects.toMatchObject(code("vault.not_found"));
  });

  it("gives nobody more than they have who add, and lets only who may add", async () => {
    const { vaultId } = await share(ann, [{ who: ben, rights: ["list", "read", "share"] }]);
    const carol = await world.colleague(ann, "carol");
    const theirs = await ben.vaults.open(vaultId);
    const tooMuch = theirs.addMember(carol.account.uid, rightsOf(MANAGE));
    await expect(tooMuch).rejects.toMatchObject(code("crypto.context"));
    await theirs.addMember(carol.account.uid, rightsOf(["list", "read"]));
    await carol.api.answerVault({ vaultId, answer: "accept" });
    const third = await carol.vaults.open(vaultId);
    await expect(third.removeMember(ben.account.uid)).rejects.toMatchObject(code("vault.forbidden"));
    await expect(theirs.removeMember(carol.account.uid)).rejects.toMatchObject(code("crypto.context"));
  });

  it("has members whose number was compared, as every device of that person knows and none forgets", async () => {
    const { uid } = ben.account;
    expect([...(await ann.vaults.verified())]).toEqual([]);
    await ann.vaults.verify(await ann.vaults.contact(uid));
    const elsewhere = world.freshDevice(ann);
    expect([...(await elsewhere.verified())]).toEqual([uid]);
    expect([...(await ben.vaults.verified())]).toEqual([]);
    await expect(elsewhere.acceptAnew(uid)).rejects.toMatchObject(code("crypto.context"));
    expect([...(await ann.vaults.verified())]).toEqual([uid]);
  });

  it("always has somebody who looks after it", async () => {
    const { book } = await share(ann, [{ who: ben, rights: EDIT }]);
    await expect(book.removeMember(ann.account.uid)).rejects.toMatchObject(code("crypto.context"));
    await expect(book.setRights(ann.account.uid, rightsOf(EDIT))).rejects.toMatchObject(code("crypto.context"));
  });

  it("goes on when two who look after it act at once, and has what both did", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: MANAGE }]);
    const carol = await world.colleague(ann, "carol");
    const theirs = await ben.vaults.open(vaultId);
    const bank = await book.save(world.newItem(), loginOf("Bank"));
    await Promise.all([
      book.addMember(carol.account.uid, rightsOf(["list", "read"])),
      theirs.save({ id: bank.id, version: 1 }, loginOf("Bank", "changed")),
      theirs.setRights(ben.account.uid, rightsOf(MANAGE)),
    ]);
    const fresh = await world.freshDevice(ann).open(vaultId);
    expect(membersOf(fresh.head().chain)).toHaveLength(3);
    expect(await passwordIn(fresh, bank.id)).toBe("changed");
  });
});

describe("B21 a member who was removed", () => {
  it("opens none of a hundred items with the keys they kept, once these are sealed anew", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: EDIT }]);
    for (let i = 0; i < 100; i++) await book.save(world.newItem(), noteOf(`Note ${i}`));
    const kept = (await ben.vaults.open(vaultId)).head().ring;
    expect(await openedBy(kept, vaultId)).toEqual({ entries: 100, contents: 100 });
    await book.removeMember(ben.account.uid);
    await expect(ben.vaults.open(vaultId).then((old) => old.list())).rejects.toMatchObject(code("vault.not_found"));
    const seen: number[] = [];
    await book.reseal(({ done, of }) => seen.push(done / of));
    expect([seen[0], seen.at(-1)]).toEqual([0, 1]);
    expect(await openedBy(kept, vaultId)).toEqual({ entries: 0, contents: 0 });
    expect(await openedBy(book.head().ring, vaultId)).toEqual({ entries: 100, contents: 100 });
  });

  /** How many parts of the hundred rows, as they are kept now, these keys open. */
  async function openedBy(ring: OpenRing, vaultId: Id<"vault">) {
    const { items } = await ann.api.listItems({ vaultId, limit: 500 });
    expect(items).toHaveLength(100);
    const isOpened = (work: () => unknown) => {
      try {
        work();
        return true;
      } catch (error) {
        if (error instanceof CryptoError) return false;
        throw error;
      }
    };
    const found = { entries: 0, contents: 0 };
    for (const row of items) {
      const { content } = await ann.api.getContent({ vaultId, itemId: row.id });
      found.entries += Number(isOpened(() => openEntry(ring, row, Entry)));
      found.contents += Number(isOpened(() => openContent(ring, row, { content, schema: Content })));
    }
    return found;
  }

  it("leaves a vault that a new member can read at once, before all is sealed anew", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: EDIT }]);
    const bank = await book.save(world.newItem(), loginOf("Bank"));
    await book.removeMember(ben.account.uid);
    const carol = await world.colleague(ann, "carol");
    await book.addMember(carol.account.uid, rightsOf(["list", "read"]));
    await carol.api.answerVault({ vaultId, answer: "accept" });
    expect(await passwordIn(await carol.vaults.open(vaultId), bank.id)).toBe("password of Bank");
  });

  it("is sealed anew in turns that can be broken off, and others may write meanwhile", async () => {
    const { vaultId, book } = await share(ann, [{ who: ben, rights: EDIT }]);
    const carol = await world.colleague(ann, "carol");
    await book.addMember(carol.account.uid, rightsOf(EDIT));
    await carol.api.answerVault({ vaultId, answer: "accept" });
    const items = [];
    for (let i = 0; i < 60; i++) items.push(await book.save(world.newItem(), noteOf(`Note ${i}`)));
    await book.removeMember(ben.account.uid);
    const broken = book.reseal(({ done }) => {
      if (done > 0) throw new Error("the page was closed");
    });
    await expect(broken).rejects.toThrow("closed");
    const theirs = await carol.vaults.open(vaultId);
    const [last] = items.slice(-1);
    if (!last) throw new Error("there are items");
    const { version } = (await theirs.list()).find(({ id }) => id === last.id) ?? last;
    await Promise.all([
      theirs.reseal(),
      world
        .freshDevice(ann)
        .open(vaultId)
        .then((fresh) => fresh.save({ id: last.id, version }, noteOf("Changed")))
        .catch(() => undefined),
    ]);
    await theirs.reseal();
    const { items: rows } = await ann.api.listItems({ vaultId, limit: 500 });
    expect(rows.filter(({ keyGen }) => keyGen !== 2)).toEqual([]);
    expect(await theirs.list()).toHaveLength(60);
  });
});
