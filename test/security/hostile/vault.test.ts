import { beforeEach, describe, expect, it } from "vitest";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { VaultEntry } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { readManifest, signManifest } from "#shared/crypto/vault/manifest.ts";
import { bucketOf } from "#shared/crypto/vault/tree.ts";
import type { Id } from "#shared/ids.ts";
import { loginOf, noteOf, open, VaultWorld } from "#test/support/vault-world.ts";
import { SEALS } from "../../../frontend/src/components/seal/seals.ts";
import { lying } from "./double.ts";

/** The real client in front of a server that lies about a person's vault. Ids: docs/threat-model, ePrint 2026/058. */
let world: VaultWorld;
let ann: Awaited<ReturnType<VaultWorld["keeper"]>>;
let book: VaultBook;
let bank: Listed;
let mail: Listed;

beforeEach(async () => {
  world = new VaultWorld();
  ann = await world.keeper("ann");
  book = await open(world.device(ann.account, ann.api));
  bank = await book.save(world.newItem(), loginOf("Bank"));
  mail = await book.save(inAnotherBucket(bank.id), loginOf("Mail"));
});

function inAnotherBucket(itemId: Id<"item">): ReturnType<VaultWorld["newItem"]> {
  const at = world.newItem();
  return bucketOf(at.id) === bucketOf(itemId) ? inAnotherBucket(itemId) : at;
}

const refused = { name: "CryptoError" };
const wrong = { code: "crypto.manifest" };

/** The list as served, with the entries of one item changed by `edit`. */
const withItem = (
  itemId: string,
  edit: (entry: VaultEntry, all: readonly VaultEntry[]) => VaultEntry | VaultEntry[] | null,
) =>
  lying(ann.api, {
    listItems: ({ items, cursor }) => ({
      cursor,
      items: items.flatMap((item) => (item.id === itemId ? (edit(item, items) ?? []) : item)),
    }),
    readBucket: ({ items, ...rest }) => ({
      ...rest,
      items: items.flatMap((item) => (item.id === itemId ? (edit(item, items) ?? []) : item)),
    }),
  });

const other = (all: readonly VaultEntry[], itemId: string) => all.find(({ id }) => id !== itemId) ?? all[0];

describe("B05 BW05 LP02: an item in the place of another", () => {
  it("is refused in the list", async () => {
    const api = withItem(bank.id, (entry, all) => ({ ...entry, entry: other(all, bank.id)?.entry ?? null }));
    await expect((await open(world.device(ann.account, api))).list()).rejects.toMatchObject(wrong);
  });

  it("is refused when it is opened", async () => {
    const api = lying(ann.api, { getContent: () => ann.api.getContent({ vaultId: book.vaultId, itemId: mail.id }) });
    await expect((await open(world.device(ann.account, api))).read(bank.id)).rejects.toMatchObject(wrong);
  });
});

describe("B06 BW05 LP02: a field in the place of another", () => {
  it("is refused: entry as content, content as entry, key as blob", async () => {
    const entryAsContent = lying(ann.api, {
      getContent: async (reply) => {
        const { items } = await ann.api.listItems({ vaultId: book.vaultId });
        return { content: items.find(({ id }) => id === bank.id)?.entry ?? reply.content };
      },
    });
    await expect((await open(world.device(ann.account, entryAsContent))).read(bank.id)).rejects.toMatchObject(wrong);
    const { content } = await ann.api.getContent({ vaultId: book.vaultId, itemId: bank.id });
    const contentAsEntry = withItem(bank.id, (entry) => ({ ...entry, entry: content }));
    await expect((await open(world.device(ann.account, contentAsEntry))).list()).rejects.toMatchObject(wrong);
    const keyOfOther = lying(ann.api, {
      getContent: ({ content: { blob } }) => ({ content: { blob, key: blob.slice(0, 228) } }),
    });
    await expect((await open(world.device(ann.account, keyOfOther))).read(bank.id)).rejects.toMatchObject(wrong);
  });
});

describe("B07 B08 1P06: a vault in the place of another", () => {
  it("is refused, of a colleague as of another organisation", async () => {
    const owner = world.ctx(ann.ctx.actor, world.ports);
    const colleague = await world.giveKeys(world.ctx(await world.join(owner, "cleo@ann.example", "admin")));
    const stranger = await world.keeper("ben");
    for (const theirs of [colleague, stranger]) {
      const foreign = await open(world.device(theirs.account, theirs.api));
      await foreign.save(world.newItem(), noteOf("Planted"));
      const { vaultId } = foreign;
      const told = { id: vaultId, kind: "personal", name: null, state: "accepted", rights: ["list"] } as const;
      const shown = lying(ann.api, { listVaults: () => ({ items: [{ ...told, rights: [...told.rights] }] }) });
      const api = { ...shown, getVault: () => theirs.api.getVault({ vaultId }) };
      await expect(open(world.device(ann.account, api))).rejects.toMatchObject(refused);
    }
  });

  it("is refused under its own name too, to a device that has seen it", async () => {
    const device = world.device(ann.account, ann.api);
    await open(device);
    const stranger = await world.keeper("ben");
    const foreign = await open(world.device(stranger.account, stranger.api));
    const api = lying(ann.api, {
      getVault: async ({ id }) => ({ ...(await stranger.api.getVault({ vaultId: foreign.vaultId })), id }),
    });
    await expect(open({ ...device, api })).rejects.toMatchObject(refused);
  });
});

describe("B09 DL01: an older version of one item", () => {
  it("is refused in the list, and named where it was known", async () => {
    const { items: before } = await ann.api.listItems({ vaultId: book.vaultId });
    const { content } = await ann.api.getContent({ vaultId: book.vaultId, itemId: bank.id });
    await book.save(bank, loginOf("Bank", "changed"));
    const old = before.find(({ id }) => id === bank.id) ?? null;
    const api = { ...withItem(bank.id, () => old), getContent: async () => ({ content }) };
    await expect((await open(world.device(ann.account, api))).list()).rejects.toMatchObject(wrong);
    await expect((await open(world.device(ann.account, api))).read(bank.id)).rejects.toMatchObject(wrong);
    const replayed = lying(ann.api, { getContent: () => ({ content }) });
    await expect((await open(world.device(ann.account, replayed))).read(bank.id)).rejects.toMatchObject(wrong);
    let isLying = false;
    const later = lying(ann.api, {
      listItems: ({ items, cursor }) => ({
        cursor,
        items: items.map((item) => (isLying && old && item.id === bank.id ? old : item)),
      }),
    });
    const known = await open(world.device(ann.account, later));
    await known.list();
    await book.save(mail, loginOf("Mail", "changed"));
    isLying = true;
    await expect(known.list()).rejects.toMatchObject({ ...wrong, found: { older: [bank.id] } });
  });
});

describe("B10 1P02: items dropped, doubled, brought back", () => {
  it("refuses a list that lacks one, and names it where it was known", async () => {
    const dropped = withItem(bank.id, () => null);
    await expect((await open(world.device(ann.account, dropped))).list()).rejects.toMatchObject(wrong);
    let isLying = false;
    const later = lying(ann.api, {
      listItems: ({ items, cursor }) => ({ cursor, items: items.filter(({ id }) => !isLying || id !== bank.id) }),
    });
    const known = await open(world.device(ann.account, later));
    await known.list();
    await book.save(mail, loginOf("Mail", "changed"));
    isLying = true;
    await expect(known.list()).rejects.toMatchObject({ ...wrong, found: { missing: [bank.id] } });
  });

  it("refuses a list in which one is twice, and names it", async () => {
    const doubled = withItem(bank.id, (entry) => [entry, entry]);
    const found = { doubled: [bank.id] };
    await expect((await open(world.device(ann.account, doubled))).list()).rejects.toMatchObject({ ...wrong, found });
  });

  it("refuses one that was removed", async () => {
    const { items: before } = await ann.api.listItems({ vaultId: book.vaultId });
    await book.remove([bank]);
    const back = withItem(bank.id, () => before.find(({ id }) => id === bank.id) ?? null);
    await expect((await open(world.device(ann.account, back))).list()).rejects.toMatchObject(wrong);
  });

  it("does not mind the order in which they come: nothing depends on it", async () => {
    const turned = lying(ann.api, { listItems: ({ items, cursor }) => ({ cursor, items: items.toReversed() }) });
    expect(await (await open(world.device(ann.account, turned))).list()).toHaveLength(2);
  });

  it("refuses a bucket that lacks one, and an item of another bucket in it", async () => {
    const dropped = withItem(bank.id, () => null);
    await expect((await open(world.device(ann.account, dropped))).read(bank.id)).rejects.toMatchObject(wrong);
    const { items } = await ann.api.readBucket({ vaultId: book.vaultId, bucket: bucketOf(mail.id) });
    const moved = lying(ann.api, { readBucket: (reply) => ({ ...reply, items: [...reply.items, ...items] }) });
    await expect((await open(world.device(ann.account, moved))).read(bank.id)).rejects.toMatchObject(wrong);
  });
});

describe("B11 1P03: what nobody of the vault wrote", () => {
  it("refuses an injected item", async () => {
    const stranger = await world.keeper("ben");
    const theirs = await open(world.device(stranger.account, stranger.api));
    await theirs.save(world.newItem(), noteOf("Planted"));
    const { items: planted } = await stranger.api.listItems({ vaultId: theirs.vaultId });
    const api = lying(ann.api, { listItems: ({ items, cursor }) => ({ cursor, items: [...items, ...planted] }) });
    await expect((await open(world.device(ann.account, api))).list()).rejects.toMatchObject(wrong);
  });

  it("refuses a manifest that another person signed", async () => {
    const stranger = await world.keeper("ben");
    const forge = (text: string) => {
      const { manifest } = readManifest(decodeBase64url(text));
      return encodeBase64url(signManifest(manifest, stranger.account.identity.sign.secretKey));
    };
    const api = lying(ann.api, { getVault: (vault) => ({ ...vault, manifest: forge(vault.manifest) }) });
    await expect(open(world.device(ann.account, api))).rejects.toMatchObject({ code: "crypto.signature" });
  });

  it("refuses a vault key that the chain does not name", async () => {
    const stranger = await world.keeper("ben");
    const theirs = await stranger.api.getVault({
      vaultId: (await open(world.device(stranger.account, stranger.api))).vaultId,
    });
    const api = lying(ann.api, { getVault: (vault) => ({ ...vault, key: theirs.key }) });
    await expect(open(world.device(ann.account, api))).rejects.toMatchObject(refused);
  });
});

describe("B24: the whole vault as it was before", () => {
  it("is refused by a device that has seen it since, also when the older state is a whole one", async () => {
    const device = world.device(ann.account, ann.api);
    const before = structuredClone(world.store.rows);
    await (await open(device)).save(bank, loginOf("Bank", "changed"));
    world.store.rows.clear();
    for (const [key, row] of before) world.store.rows.set(key, row);
    await expect(open(device)).rejects.toMatchObject({ code: "crypto.rollback" });
  });

  it("is refused when another future was written from there", async () => {
    const device = world.device(ann.account, ann.api);
    const before = structuredClone(world.store.rows);
    await (await open(device)).save(bank, loginOf("Bank", "changed"));
    world.store.rows.clear();
    for (const [key, row] of before) world.store.rows.set(key, row);
    const fork = await open(world.device(ann.account, ann.api));
    const at = await fork.save(bank, loginOf("Bank", "forked"));
    await expect(open(device)).rejects.toMatchObject({ code: "crypto.rollback" });
    await fork.save(at, loginOf("Bank", "forked on"));
    await expect(open(device)).rejects.toMatchObject({ code: "crypto.rollback" });
  });

  it("is accepted by a device that has never seen it: the documented limit", async () => {
    const before = structuredClone(world.store.rows);
    await book.save(bank, loginOf("Bank", "changed"));
    world.store.rows.clear();
    for (const [key, row] of before) world.store.rows.set(key, row);
    const fresh = await open(world.device(ann.account, ann.api));
    expect((await fresh.read(bank.id)).content).toMatchObject({ password: "password of Bank" });
    const limit = "A browser that has never seen this vault cannot tell whether it is shown an older state of it.";
    for (const kind of ["vault", "group"] as const) expect(SEALS[kind].uncovered).toContain(limit); // pictured in "vault-seal"
  });

  it("is refused when it is said to have vanished", async () => {
    const device = world.device(ann.account, ann.api);
    await open(device);
    world.store.rows.clear();
    await expect(open(device)).rejects.toMatchObject({ code: "vault.not_found" });
  });
});
