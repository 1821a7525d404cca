import { beforeEach, describe, expect, it } from "vitest";
import type { VaultApi } from "#shared/client/vault/head.ts";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { VaultEntry } from "#shared/contracts/vault.ts";
import { readBundle, signBundle } from "#shared/crypto/account/bundle.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { GroupWorld, type Someone, share } from "#test/support/group-world.ts";
import { loginOf, open, VaultWorld } from "#test/support/vault-world.ts";
import { lying } from "./double.ts";

/** A server that alters what it keeps, or says that it was sealed in an older way. */
let world: VaultWorld;
let ann: Awaited<ReturnType<VaultWorld["keeper"]>>;
let book: VaultBook;
let bank: Listed;

beforeEach(async () => {
  world = new VaultWorld();
  ann = await world.keeper("ann");
  book = await open(world.device(ann.account, ann.api));
  bank = await book.save(world.newItem(), loginOf("Bank"));
});

type Sealed = NonNullable<VaultEntry["entry"]>;
const edited = (text: string, edit: (bytes: Uint8Array) => Uint8Array) => encodeBase64url(edit(decodeBase64url(text)));
const flipped = (at: number) => (bytes: Uint8Array) =>
  bytes.with(at % bytes.length, (bytes[at % bytes.length] ?? 0) ^ 1);
const withSuite = (suite: number) => (bytes: Uint8Array) => bytes.with(4, suite);

/** Everything that is served of the vault's items, with these edits. */
const serving = (
  entry: (row: VaultEntry) => VaultEntry,
  content: (sealed: Sealed) => Sealed = (sealed) => sealed,
): VaultApi =>
  lying(ann.api, {
    listItems: (page) => ({ ...page, items: page.items.map(entry) }),
    readBucket: (reply) => ({ ...reply, items: reply.items.map(entry) }),
    getContent: (reply) => ({ content: content(reply.content) }),
  });

/** Lists and reads all of it on a device that sees it for the first time, and gives what came of each. */
async function look(api: VaultApi): Promise<string[]> {
  const tried = [
    async () => (await open(world.device(ann.account, api))).list(),
    async () => (await open(world.device(ann.account, api))).read(bank.id),
  ];
  const outcomes = await Promise.all(
    tried.map((look) =>
      look().then(
        () => "seen",
        (error: unknown) => error,
      ),
    ),
  );
  return outcomes.map((outcome) =>
    outcome instanceof Error ? `${outcome.name} ${(outcome as { code?: string }).code}` : String(outcome),
  );
}

const MANIFEST = "CryptoError crypto.manifest";

describe("BW04 LP06: what is known of an item", () => {
  it.each<[string, (row: VaultEntry) => VaultEntry]>([
    ["its version", (row) => ({ ...row, version: row.version + 1 })],
    ["its content's hash", (row) => ({ ...row, contentHash: encodeBase64url(sha256(Uint8Array.of(1))) })],
    ["that it was removed", (row) => ({ ...row, entry: null, contentHash: null })],
    ["its id", (row) => ({ ...row, id: world.newItem().id })],
  ])("is refused with another than was signed: %s", async (_, edit) => {
    expect(await look(serving(edit))).toEqual([MANIFEST, MANIFEST]);
  });

  it("opens under the generation of the key that its own key names, whichever the server tells", async () => {
    const device = await open(
      world.device(
        ann.account,
        serving((row) => ({ ...row, keyGen: 7 })),
      ),
    );
    expect((await device.list()).map(({ entry }) => entry?.name)).toEqual(["Bank"]);
    await expect(device.read(bank.id)).resolves.toMatchObject(loginOf("Bank"));
  });

  it("has its name, its kind and the address of its site inside the seal: the server is told none of them", async () => {
    const { items } = await ann.api.listItems({ vaultId: book.vaultId });
    const { content } = await ann.api.getContent({ vaultId: book.vaultId, itemId: bank.id });
    const all = Buffer.from(JSON.stringify({ items, content }));
    const bytes = [items[0]?.entry?.blob, content.blob].map((text) => Buffer.from(text ?? "", "base64url"));
    for (const text of ["Bank", "login", "example.org", "password"])
      for (const seen of [all, ...bytes]) expect(seen.includes(text), text).toBe(false);
  });
});

describe("LP05: flipped bits", () => {
  it("are refused wherever they are: in key or blob, of entry or content", async () => {
    for (const at of [0, 4, 5, 30, 66, 67, 90, 130, 170]) {
      const flip = ({ key, blob }: Sealed) => [
        { key: edited(key, flipped(at)), blob },
        { key, blob: edited(blob, flipped(at)) },
      ];
      for (const which of [0, 1]) {
        const entry = (row: VaultEntry) => ({ ...row, entry: (row.entry && flip(row.entry)[which]) ?? null });
        expect(await look(serving(entry)), `entry ${which} ${at}`).toEqual([MANIFEST, MANIFEST]);
        const content = serving(
          (row) => row,
          (sealed) => flip(sealed)[which] ?? sealed,
        );
        expect(await look(content), `content ${which} ${at}`).toEqual(["seen", MANIFEST]);
      }
    }
  });

  it("are refused in the chain, the manifest and the vault's key", async () => {
    for (const at of [0, 4, 20, 50, 100, 180, -1]) {
      const flip = (text: string) => edited(text, (bytes) => flipped(at < 0 ? bytes.length - 1 : at)(bytes));
      for (const edit of [{ chain: 1 }, { manifest: 1 }, { key: 1 }]) {
        const api = lying(ann.api, {
          getVault: (vault) => ({
            ...vault,
            ...("chain" in edit && { chain: vault.chain.map(flip) }),
            ...("manifest" in edit && { manifest: flip(vault.manifest) }),
            ...("key" in edit && { key: flip(vault.key) }),
          }),
        });
        await expect(open(world.device(ann.account, api)), JSON.stringify([edit, at])).rejects.toMatchObject({
          name: "CryptoError",
        });
      }
    }
  });
});

describe("DL06: a server that learns from how altered ciphertexts are refused", () => {
  it("hears nothing: one answer for every byte of a content, and no request after it that depends on which", async () => {
    const outcomes = new Set<string>();
    for (let at = 0; at < 200; at += 13) {
      const asked: string[] = [];
      const noting =
        (name: string) =>
        <T>(reply: T): T => {
          asked.push(name);
          return reply;
        };
      const altered = serving(
        (row) => row,
        ({ key, blob }) => ({ key, blob: edited(blob, flipped(at)) }),
      );
      const api = lying(altered, {
        getVault: noting("getVault"),
        readBucket: noting("readBucket"),
        getContent: noting("getContent"),
      });
      const result = (await open(world.device(ann.account, api))).read(bank.id);
      outcomes.add(`${await result.catch(({ code, message }) => `${code} ${message}`)} ${asked.join(" ")}`);
    }
    expect([...outcomes]).toEqual([
      "crypto.manifest The vault does not hold what its manifest says. getVault readBucket getContent",
    ]);
  });
});

describe("B22 BW10 BW11 DL03: an item that is said to be sealed in an older way", () => {
  it.each<[string, (sealed: Sealed) => Sealed]>([
    ["with no key of its own", ({ blob }) => ({ key: "", blob })],
    ["under the vault's key at once", ({ blob }) => ({ key: blob, blob })],
    ["by another suite", ({ key, blob }) => ({ key: edited(key, withSuite(0)), blob: edited(blob, withSuite(0)) })],
    ["by a later suite", ({ key, blob }) => ({ key: edited(key, withSuite(2)), blob: edited(blob, withSuite(2)) })],
    ["without a tag", ({ key, blob }) => ({ key, blob: edited(blob, (bytes) => bytes.subarray(0, -16)) })],
    [
      "in plain text",
      ({ key }) => ({ key, blob: encodeBase64url(Buffer.from(JSON.stringify(loginOf("Bank").content))) }),
    ],
  ])("is refused %s", async (_, edit) => {
    const entry = serving((row) => ({ ...row, entry: row.entry && edit(row.entry) }));
    expect(await look(entry)).toEqual([MANIFEST, MANIFEST]);
    expect(await look(serving((row) => row, edit))).toEqual(["seen", MANIFEST]);
  });

  it("is refused in whatever the vault stands on: chain, manifest and key of another suite", async () => {
    for (const field of ["chain", "manifest", "key"] as const) {
      const older = (text: string) => edited(text, withSuite(2));
      const api = lying(ann.api, {
        getVault: (vault) => ({
          ...vault,
          [field]: field === "chain" ? vault.chain.map(older) : older(vault[field]),
        }),
      });
      await expect(open(world.device(ann.account, api))).rejects.toMatchObject({ code: "crypto.suite" });
    }
  });
});

describe("B22 BW12 DL05: a colleague who is said to accept an older suite again", () => {
  let group: GroupWorld;
  let owner: Someone;
  let ben: Someone;

  beforeEach(async () => {
    group = new GroupWorld();
    owner = await group.owner("work");
    ben = await group.colleague(owner, "ben");
  });

  it("is not believed, even by their own signature, and nothing is sealed to them", async () => {
    const honest = group.keyringOf(owner.account.uid);
    const { bundles } = await honest.getIdentity({ userId: ben.account.uid });
    const { bundle, hash } = readBundle(decodeBase64url(bundles[0] ?? ""));
    const at = { ...bundle, bundleSeq: 2, prevHash: hash };
    for (const minSuite of [0, 2]) {
      const next = encodeBase64url(signBundle({ ...at, minSuite }, ben.account.root.rootSign));
      const keyring = {
        getIdentity: async (input: { userId: typeof ben.account.uid }) =>
          input.userId === ben.account.uid
            ? { userId: input.userId, bundles: [...bundles, next] }
            : honest.getIdentity(input),
      };
      const device = group.freshDevice(owner, { keyring });
      await expect(device.contact(ben.account.uid)).rejects.toMatchObject({ code: "crypto.suite" });
      const { book: shared } = await share({ ...owner, vaults: device }, []);
      await expect(shared.addMember(ben.account.uid, 3)).rejects.toMatchObject({ code: "crypto.suite" });
    }
  });
});
