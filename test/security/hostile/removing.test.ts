import { beforeEach, describe, expect, it } from "vitest";
import { leafOf } from "#shared/client/vault/items/seal-item.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { Vault, VaultEntry } from "#shared/contracts/vault.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { type Deed, readChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import { readManifest, signManifest } from "#shared/crypto/vault/manifest.ts";
import { rightsOf } from "#shared/crypto/vault/rights.ts";
import { bucketOf, bucketsOf, rootOf } from "#shared/crypto/vault/tree.ts";
import type { Counts } from "#shared/crypto/vault/writer.ts";
import type { Id } from "#shared/ids.ts";
import { EDIT, GroupWorld, type Someone, share } from "#test/support/group-world.ts";
import { makeMemoryDatabase } from "#test/support/memory-database.ts";
import { loginOf } from "#test/support/vault-world.ts";
import { lying } from "./double.ts";

/** A member who may write and not delete, and a server that shows what they signed together. */
let world: GroupWorld;
let ann: Someone;
let ben: Someone;
let vaultId: Id<"vault">;
let book: VaultBook;
let bank: Id<"item">;
let gone: Id<"item">;
let other: Id<"item">;
const refused = { code: "crypto.context" };
const wrong = { name: "CryptoError", code: "crypto.manifest" };

beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  ({ vaultId, book } = await share(ann, [{ who: ben, rights: ["list", "read", "write"] }]));
  const removed = await book.save(world.newItem(), loginOf("Old"));
  await book.remove([removed]);
  gone = removed.id;
  other = world.newItem().id;
  bank = (await book.save(world.newItem(), loginOf("Bank"))).id;
});

interface Lie {
  readonly rows: (rows: readonly VaultEntry[]) => readonly VaultEntry[];
  readonly counts?: (before: Counts) => Partial<Counts>;
  readonly chain?: (chain: readonly string[]) => readonly string[];
}

/** What the server keeps as it is, and from `isLying` on what the two of them made of it. */
function conspiring({ rows: edit, counts = () => ({}), chain: grow = (chain) => chain }: Lie) {
  const told = { isLying: false };
  const rowsNow = async () => edit((await ann.api.listItems({ vaultId, limit: 500 })).items);
  const forge = async (vault: Vault): Promise<Vault> => {
    const { manifest, hash } = readManifest(decodeBase64url(vault.manifest));
    const chain = [...grow(vault.chain)];
    const last = readChainStep(decodeBase64url(chain.at(-1) ?? ""));
    const next = {
      ...{ ...manifest, seq: manifest.seq + 1, prevHash: hash, root: rootOf(await buckets()), ...counts(manifest) },
      ...{ chainSeq: last.step.seq, chainHash: last.hash },
      ...{ writer: ben.account.uid, bundleHash: ben.account.bundleHash },
    };
    return { ...vault, chain, manifest: encodeBase64url(signManifest(next, ben.account.identity.sign.secretKey)) };
  };
  const buckets = async () => bucketsOf((await rowsNow()).map(leafOf));
  const forged = async (vault: Vault) => (told.isLying && vault.kind === "group" ? forge(vault) : vault);
  const api = lying(ann.api, {
    getVault: forged,
    listItems: async (page) => (told.isLying ? { ...page, items: [...(await rowsNow())] } : page),
    readBucket: async (reply, { vaultId: asked, bucket }) => {
      if (!told.isLying || asked !== vaultId) return reply;
      const { manifest } = await forge(await ann.api.getVault({ vaultId }));
      const items = (await rowsNow()).filter(({ id }) => bucketOf(id) === bucket);
      return { ...reply, manifest, items, buckets: encodeBase64url(concat(...(await buckets()))) };
    },
  });
  return { told, api };
}

const without = (id: Id<"item">) => (rows: readonly VaultEntry[]) => rows.filter((row) => row.id !== id);
const withRemoved = (id: Id<"item">) => (rows: readonly VaultEntry[]) =>
  rows.map((row) => (row.id === id ? { ...row, version: row.version + 1, entry: null, contentHash: null } : row));
const withAnother = (rows: readonly VaultEntry[]): VaultEntry[] => {
  const like = rows.find(({ id }) => id === bank);
  return like ? [...rows, { ...like, id: other }] : [...rows];
};
const revived = (rows: readonly VaultEntry[]): VaultEntry[] => {
  const like = rows.find(({ id }) => id === bank);
  return rows.map((row) => (like && row.id === gone ? { ...like, id: gone, version: row.version + 1 } : row));
};

/** In the session that had read everything; and in the next one on the same device, which remembers what was counted. */
async function listings(lie: Lie) {
  const { told, api } = conspiring(lie);
  const database = makeMemoryDatabase();
  const seen = await world.freshDevice(ann, { api, database }).open(vaultId);
  const other = await world.freshDevice(ann, { api }).open(vaultId);
  for (const each of [seen, other]) expect(await each.list()).toHaveLength(1);
  told.isLying = true;
  const next = world.freshDevice(ann, { api, database });
  const nextOf = async () => (await next.open(vaultId)).list();
  return { list: () => seen.list(), read: () => other.read(bank), later: await settled(nextOf()) };
}

const settled = (listing: Promise<unknown>) => listing.catch((error: unknown) => error);

describe("B10 B19: an item that somebody takes out who may write and not delete", () => {
  it("cannot be taken out by the client of the product", async () => {
    const theirs = await ben.vaults.open(vaultId);
    await expect(theirs.remove([{ id: bank, version: 1 }])).rejects.toMatchObject({ code: "vault.forbidden" });
  });

  it("is refused where they say so", async () => {
    const counts = (before: Counts) => ({ items: before.items - 1, removed: before.removed + 1 });
    const { list, later } = await listings({ rows: withRemoved(bank), counts });
    await expect(list()).rejects.toMatchObject(refused);
    expect(later).toMatchObject(refused);
  });

  it("is refused where it is only one item fewer", async () => {
    const { list, later } = await listings({ rows: without(bank), counts: ({ items }) => ({ items: items - 1 }) });
    await expect(list()).rejects.toMatchObject(refused);
    expect(later).toMatchObject(refused);
  });

  it("is refused where the numbers are as before: it is missing, and the items are counted", async () => {
    const { list, read, later } = await listings({ rows: without(bank) });
    const found = { missing: [bank], revived: [] };
    await expect(list()).rejects.toMatchObject({ ...wrong, found });
    await expect(read()).rejects.toMatchObject({ ...wrong, found });
    expect(later).toMatchObject({ ...wrong, found: {} });
  });

  it.each<[string, (rows: readonly VaultEntry[]) => readonly VaultEntry[]]>([
    ["and the numbers stay", (rows) => withRemoved(bank)(rows)],
    ["and another is there for it, so that as many are left", (rows) => withRemoved(bank)(withAnother(rows))],
  ])("is refused where it is marked as removed %s", async (_, rows) => {
    const { list, later } = await listings({ rows });
    await expect(list()).rejects.toMatchObject(wrong);
    expect(later).toMatchObject(wrong);
  });

  it("is refused by a session that knew it where all numbers are right; the next one cannot tell: the documented limit", async () => {
    const { list, read, later } = await listings({ rows: (rows) => without(bank)(withAnother(rows)) });
    const found = { missing: [bank] };
    await expect(list()).rejects.toMatchObject({ ...wrong, found });
    await expect(read()).rejects.toMatchObject({ ...wrong, found });
    expect(later).toHaveLength(1);
  });

  it("is refused by a session that knew it where one removed before comes back for it", async () => {
    const { list } = await listings({ rows: (rows) => withRemoved(bank)(revived(rows)) });
    await expect(list()).rejects.toMatchObject({ ...wrong, found: { revived: [gone] } });
  });

  it("is accepted of the same member once they may delete", async () => {
    await book.setRights(ben.account.uid, rightsOf(EDIT));
    const theirs = await ben.vaults.open(vaultId);
    const reading = await world.freshDevice(ann).open(vaultId);
    await reading.list();
    await theirs.remove([{ id: bank, version: 1 }]);
    expect(await reading.list()).toEqual([]);
  });
});

describe("B19: a member who would delete and not write", () => {
  const DELETE_ALONE = rightsOf(["list", "read", "delete"]);

  it("is made by no client of the product", async () => {
    await expect(book.setRights(ben.account.uid, DELETE_ALONE)).rejects.toMatchObject(refused);
  });

  it("has what they wrote refused, also where one who looks after the vault signed these rights", async () => {
    const does: Deed = { kind: "set", person: ben.account.uid, rights: DELETE_ALONE };
    const chain = (steps: readonly string[]) => {
      const { step, hash } = readChainStep(decodeBase64url(steps.at(-1) ?? ""));
      const { manifest } = book.head();
      const at = { manifest: { seq: manifest.manifest.seq, hash: manifest.hash }, seq: step.seq + 1, prevHash: hash };
      const signed = signChainStep({ ...step, ...at, does }, ann.account.identity.sign.secretKey);
      return [...steps, encodeBase64url(signed)];
    };
    const { told, api } = conspiring({ rows: withAnother, counts: ({ items }) => ({ items: items + 1 }), chain });
    told.isLying = true;
    await expect(world.freshDevice(ann, { api }).open(vaultId)).rejects.toMatchObject(refused);
  });
});
