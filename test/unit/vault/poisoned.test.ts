import { beforeEach, describe, expect, it, vi } from "vitest";
import { sayStuck } from "#shared/client/vault/say-stuck.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, GroupWorld, type Someone, share } from "#test/support/group-world.ts";
import { loginOf, noteOf } from "#test/support/vault-world.ts";

let world: GroupWorld;
let ann: Someone;
let ben: Someone;
let vaultId: Id<"vault">;
let book: VaultBook;

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  ({ vaultId, book } = await share(ann, [{ who: ben, rights: EDIT }]));
});

const keyGens = async () => {
  const { items } = await ann.api.listItems({ vaultId, limit: 500 });
  return new Map(items.map(({ id, keyGen }) => [id, keyGen]));
};

describe("B21 an item that a member spoiled before they were removed", () => {
  it.each(["entryKek", "contentKek"] as const)(
    "keeps no other from being sealed anew, and is named: %s",
    async (part) => {
      const saved = [];
      for (let i = 0; i < 24; i++) saved.push(await book.save(world.newItem(), noteOf(`Note ${i}`)));
      const [spoiled] = saved;
      if (!spoiled) throw new Error("there are items");
      await world.poison(ben, vaultId, { at: spoiled, part });
      await book.list();
      await book.removeMember(ben.account.uid);
      const seen: number[] = [];
      await book.reseal(({ done, stuck }) => seen.push(done + stuck.length));
      expect(seen.at(-1)).toBe(24);
      expect(book.progress()).toEqual({ done: 23, of: 24, stuck: [spoiled.id] });
      const gens = await keyGens();
      expect([...gens].filter(([, gen]) => gen === 1)).toEqual([[spoiled.id, 1]]);
      expect(await book.list()).toHaveLength(24);
      await book.reseal(); // again: nothing is left to do
      expect(book.progress()).toEqual({ done: 23, of: 24, stuck: [spoiled.id] });
    },
  );

  it("is no longer named once somebody wrote it anew", async () => {
    const saved = await book.save(world.newItem(), loginOf("Bank"));
    await world.poison(ben, vaultId, { at: saved, part: "contentKek" });
    await book.removeMember(ben.account.uid);
    const { version } = (await book.list())[0] ?? saved;
    await book.reseal();
    expect(book.progress().stuck).toEqual([saved.id]);
    await book.save({ id: saved.id, version }, loginOf("Bank"));
    expect(book.progress()).toEqual({ done: 1, of: 1, stuck: [] });
  });

  it("hinders nobody either where it is sealed as it should be and is no JSON", async () => {
    const saved = await book.save(world.newItem(), loginOf("Bank"));
    const theirs = await ben.vaults.open(vaultId);
    await theirs.list();
    const broken = vi.spyOn(JSON, "stringify").mockReturnValueOnce("{");
    await theirs.save(saved, loginOf("Bank"));
    broken.mockRestore();
    await book.list();
    await book.removeMember(ben.account.uid);
    await book.reseal();
    expect(book.progress()).toEqual({ done: 0, of: 1, stuck: [saved.id] });
  });

  it("is told from one that the service shows otherwise than the manifest says: that one is refused", async () => {
    const saved = await book.save(world.newItem(), loginOf("Bank"));
    await book.removeMember(ben.account.uid);
    const { content } = await ann.api.getContent({ vaultId, itemId: saved.id });
    const blob = encodeBase64url(decodeBase64url(content.blob).map((byte) => byte ^ 1));
    const lying = { ...ann.api, getContent: async () => ({ content: { ...content, blob } }) };
    const fresh = await world.freshDevice(ann, { api: lying }).open(vaultId);
    await expect(fresh.reseal()).rejects.toMatchObject({ code: "crypto.manifest" });
  });
});

it("is said of one item and of several in one sentence", () => {
  expect(sayStuck(["“Bank”"])).toMatch(
    /opens it: “Bank”\. .* Remove it, and save it as a new one if you know what it was\.$/,
  );
  expect(sayStuck(["a", "b"])).toMatch(
    /opens them: a and b\. .* Remove them, and save them as new ones if .* they were\.$/,
  );
});
