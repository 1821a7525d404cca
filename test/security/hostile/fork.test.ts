import { beforeEach, describe, expect, it } from "vitest";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { rightsOf } from "#shared/crypto/vault/rights.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, GroupWorld, MANAGE, type Someone, share } from "#test/support/group-world.ts";
import { loginOf } from "#test/support/vault-world.ts";
import { lying } from "./double.ts";

/** A server with two futures of one vault, one for each of two members. */
let world: GroupWorld;
let ann: Someone;
let ben: Someone;
let vaultId: Id<"vault">;
let book: VaultBook;
let theirs: VaultBook;
const forked = { name: "CryptoError", code: "crypto.rollback" };

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  ({ vaultId, book } = await share(ann, [{ who: ben, rights: MANAGE }]));
  await book.save(world.newItem(), loginOf("Bank"));
  theirs = await ben.vaults.open(vaultId);
});

/** Goes back to the rows of before, and gives what brings the others back again. */
function rewind(before: typeof world.store.rows): () => void {
  const after = structuredClone(world.store.rows);
  const put = (rows: typeof before) => {
    world.store.rows.clear();
    for (const [key, row] of structuredClone(rows)) world.store.rows.set(key, row);
  };
  put(before);
  return () => put(after);
}

describe("B18 two members who see one vault", () => {
  it("find theirs the same, or a beginning of the other's", async () => {
    const first = await book.checkpoint();
    expect(await theirs.compare(first)).toBe("same");
    expect(await theirs.compare(` ${first}\n`)).toBe("same");
    await book.save(world.newItem(), loginOf("Mail"));
    await book.save(world.newItem(), loginOf("Shop"));
    expect(await theirs.compare(first)).toBe("earlier");
    expect(await theirs.compare(await book.checkpoint())).toBe("same");
    await book.setRights(ben.account.uid, rightsOf(EDIT));
    expect(
      await world
        .freshDevice(ben)
        .open(vaultId)
        .then((fresh) => fresh.compare(first)),
    ).toBe("earlier");
  });

  it("notice that one of them is shown less than the other", async () => {
    const before = structuredClone(world.store.rows);
    await book.save(world.newItem(), loginOf("Mail"));
    const line = await book.checkpoint();
    const restore = rewind(before);
    expect(await theirs.compare(line)).toBe("later");
    restore();
    expect(await theirs.compare(line)).toBe("same");
  });
});

describe("B18 two members who are shown two vaults under one name", () => {
  it("find that out with one line from either, though both saw only what their colleagues signed", async () => {
    const before = structuredClone(world.store.rows);
    await book.save(world.newItem(), loginOf("Mail"));
    const line = await book.checkpoint();
    const restore = rewind(before);
    await theirs.save(world.newItem(), loginOf("Shop"));
    const other = await theirs.checkpoint();
    await expect(theirs.compare(line)).rejects.toMatchObject(forked);
    await theirs.save(world.newItem(), loginOf("Shop 2"));
    await expect(theirs.compare(line)).rejects.toMatchObject(forked);
    restore();
    await expect(book.compare(other)).rejects.toMatchObject(forked);
  });

  it("find that out where the members differ, and not what is in it", async () => {
    const before = structuredClone(world.store.rows);
    const carol = await world.colleague(ann, "carol");
    await book.addMember(carol.account.uid, 3);
    const line = await book.checkpoint();
    rewind(before);
    await theirs.setRights(ann.account.uid, rightsOf(MANAGE));
    await expect(theirs.compare(line)).rejects.toMatchObject(forked);
  });

  it("find that out by the first thing of the other's that reaches them, too: each names what it was written on", async () => {
    const before = structuredClone(world.store.rows);
    await book.save(world.newItem(), loginOf("Mail"));
    const restore = rewind(before);
    await theirs.save(world.newItem(), loginOf("Shop"));
    restore();
    await book.save(world.newItem(), loginOf("Mail 2"));
    await expect(theirs.list()).rejects.toMatchObject(forked);
  });

  it("are not talked out of it by manifests that lead nowhere", async () => {
    const before = structuredClone(world.store.rows);
    await book.save(world.newItem(), loginOf("Mail"));
    const line = await book.checkpoint();
    rewind(before);
    await theirs.save(world.newItem(), loginOf("Shop"));
    await theirs.save(world.newItem(), loginOf("Shop 2"));
    for (const items of [[], (await ben.api.listManifests({ vaultId, after: 0 })).items]) {
      const api = lying(ben.api, { listManifests: () => ({ items, cursor: null }) });
      const deceived = await world.freshDevice(ben, { api }).open(vaultId);
      await expect(deceived.compare(line)).rejects.toMatchObject(forked);
    }
  });
});

describe("a line that is none", () => {
  it("is refused: of another vault, cut, or with a number that is not one", async () => {
    const line = await book.checkpoint();
    const other = await (await ann.vaults.open(await ann.vaults.create("Other"))).checkpoint();
    await expect(theirs.compare(other)).rejects.toMatchObject({ code: "crypto.context" });
    const [id, seq, hash, ...rest] = line.split(".");
    const wrong = [
      "",
      "hello",
      line.slice(0, -1),
      `${line}.1`,
      [id, `0${seq}`, hash, ...rest].join("."),
      [id, "0", hash, ...rest].join("."),
      [id, seq, "AA", ...rest].join("."),
    ];
    for (const text of wrong) await expect(theirs.compare(text), text).rejects.toMatchObject({ code: "crypto.format" });
  });
});
