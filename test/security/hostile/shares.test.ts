import { beforeEach, describe, expect, it } from "vitest";
import type { SharesApi } from "#shared/client/shares/shares.ts";
import type { Listed } from "#shared/client/vault/items/contents.ts";
import { hashOf } from "#shared/client/vault/items/seal-item.ts";
import type { VaultBook } from "#shared/client/vault/vault-book.ts";
import type { OpenedShare, Share } from "#shared/contracts/shares.ts";
import { decodeBase64url, encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import { sealPart } from "#shared/crypto/vault/item.ts";
import { sealItemShare } from "#shared/crypto/vault/item-share.ts";
import { newId } from "#shared/ids.ts";
import { EDIT, GroupWorld, type Someone, share as shareVault } from "#test/support/group-world.ts";
import { loginOf } from "#test/support/vault-world.ts";

/** The real client of a recipient in front of a server that lies about what somebody shared with them. B19, for one item. */
let world: GroupWorld;
let ann: Someone;
let ben: Someone;
let carol: Someone;
let book: VaultBook;
let bank: Listed;
let mail: Listed;
const refused = { name: "CryptoError" };

/** Carol may read the vault and not share it; ben is none of its members. */
beforeEach(async () => {
  world = new GroupWorld();
  ann = await world.owner("work");
  ben = await world.colleague(ann, "ben");
  carol = await world.colleague(ann, "carol");
  ({ book } = await shareVault(ann, [{ who: carol, rights: EDIT }]));
  bank = await book.save(world.newItem(), loginOf("Bank"));
  mail = await book.save(world.newItem(), loginOf("Mail"));
});

const terms = { level: "read", expiresAt: null, opensMax: null } as const;
async function given(item = bank, to = ben): Promise<Share> {
  const made = await world.sharesOf(ann).give(book, item.id, { to: to.account.uid, ...terms });
  await world.sharesOf(to).answer(made.id, "accept");
  return made;
}
const honest = () => world.sharesApiOf(ben.account.uid);
const opened = (share: Share) => honest().open({ shareId: share.id });

/** What ben's client makes of what a server answers, whatever was asked for. */
function seen(shareId: Share["id"], served: OpenedShare) {
  const api: SharesApi = { ...honest(), open: async () => served, get: async () => served };
  return world.sharesOf(ben, api).open(shareId);
}

describe("B19: a share that is not what its granter signed", () => {
  it("is read as it was made, which is what the lies below start from", async () => {
    const made = await given();
    expect((await seen(made.id, await opened(made))).content).toMatchObject({ password: "password of Bank" });
  });

  it("is refused with another item in its place, whole or in part", async () => {
    const [one, other] = [await given(), await given(mail)];
    const [told, lie] = [await opened(one), await opened(other)];
    await expect(seen(one.id, lie)).rejects.toMatchObject(refused);
    await expect(seen(one.id, { ...lie, share: told.share })).rejects.toMatchObject(refused);
    await expect(seen(one.id, { ...told, entry: lie.entry })).rejects.toMatchObject(refused);
    await expect(seen(one.id, { ...told, content: lie.content })).rejects.toMatchObject(refused);
    const both = { content: lie.content, contentHash: lie.contentHash };
    await expect(seen(one.id, { ...told, ...both })).rejects.toMatchObject(refused);
    await expect(seen(one.id, { ...told, content: told.entry })).rejects.toMatchObject(refused);
  });

  it("is refused under other terms, another name, version, vault or granter", async () => {
    const made = await given();
    const told = await opened(made);
    const lies: Partial<Share>[] = [
      { level: "list" },
      { expiresAt: "2031-01-01T00:00:00.000Z" },
      { opensMax: 9 },
      { version: 2 },
      { keyGen: 2 },
      { itemId: mail.id },
      { vaultId: newId("vault", world.clock) },
      { from: carol.account.uid },
      { to: carol.account.uid },
    ];
    for (const lie of lies) {
      const wrong = seen(made.id, { ...told, share: { ...told.share, ...lie } });
      await expect(wrong, JSON.stringify(lie)).rejects.toMatchObject(refused);
    }
    await expect(seen(newId("share", world.clock), told)).rejects.toMatchObject(refused);
  });

  it("is refused unsigned, signed anew by the server, or by a colleague", async () => {
    const made = await given();
    const told = await opened(made);
    const bytes = decodeBase64url(told.sealed);
    const body = bytes.subarray(0, -64);
    const bySomebody = concat(body, sign("item-share", body, carol.account.identity.sign.secretKey));
    const carolsHash = encodeBase64url(carol.account.bundleHash);
    for (const sealed of [concat(body, new Uint8Array(64)), body, bySomebody].map(encodeBase64url)) {
      await expect(seen(made.id, { ...told, sealed })).rejects.toMatchObject(refused);
      const from = { ...told.share, from: carol.account.uid };
      await expect(seen(made.id, { ...told, sealed, share: from, bundleHash: carolsHash })).rejects.toMatchObject(
        refused,
      );
    }
  });

  it("is refused in full form from a member who might not share, and from nobody of the vault", async () => {
    const made = await given();
    const told = await opened(made);
    const parts = await (await carol.vaults.open(book.vaultId)).partsOf(bank.id, "read");
    for (const who of [carol, ben]) {
      const { chain } = book.head();
      const place = {
        ...{ tid: ann.account.tid, vaultId: book.vaultId, itemId: bank.id, ...parts, chain, shareId: made.id },
        ...{
          granter: who.account.uid,
          recipient: ben.account.uid,
          level: "read" as const,
          untilMs: null,
          opensMax: null,
        },
      };
      const keys = { entry: parts.entryKey, content: parts.contentKey };
      const parties = { sender: who.account.identity.sign, recipient: ben.account.identity.kem.publicKey };
      const sealed = encodeBase64url(sealItemShare(keys, place, parties));
      const lie = { ...told, sealed, bundleHash: encodeBase64url(who.account.bundleHash) };
      const wrong = seen(made.id, { ...lie, share: { ...told.share, from: who.account.uid } });
      await expect(wrong).rejects.toMatchObject({ code: "crypto.context" });
      const asKept = world.sharesApiOf(who.account.uid).create({
        ...{ vaultId: book.vaultId, id: newId("share", world.clock), itemId: bank.id, to: ben.account.uid, ...terms },
        ...{ version: parts.version, chainSeq: chain.seq, sealed },
      });
      await expect(asKept).rejects.toMatchObject({ name: "ApiError" }); // and the platform keeps none of it
    }
  });

  it("is refused with a content that a member sealed under the same key, and nobody shared", async () => {
    const made = await given();
    const told = await opened(made);
    const { version, keyGen, contentKey } = await (await carol.vaults.open(book.vaultId)).partsOf(bank.id, "read");
    if (!contentKey || !told.content) throw new Error("carol may read");
    const place = { tid: ann.account.tid, vaultId: book.vaultId, itemId: bank.id, version, keyGen };
    const forged = sealPart(
      contentKey,
      { ...place, part: "content" },
      utf8(JSON.stringify(loginOf("Bank", "forged").content)),
    );
    const content = { ...told.content, blob: encodeBase64url(forged) };
    await expect(seen(made.id, { ...told, content })).rejects.toMatchObject({ code: "crypto.manifest" });
    const contentHash = encodeBase64url(hashOf(content));
    await expect(seen(made.id, { ...told, content, contentHash })).rejects.toMatchObject({ code: "crypto.context" });
  });

  it("is refused with a chain that was cut, goes on, or is another vault's", async () => {
    const made = await given();
    const told = await opened(made);
    const own = await ann.vaults.open("own");
    const foreign = (await ann.api.getVault({ vaultId: own.vaultId })).chain;
    for (const chain of [[], told.chain.slice(0, 1), [...told.chain, ...told.chain.slice(-1)], foreign]) {
      await expect(seen(made.id, { ...told, chain })).rejects.toMatchObject(refused);
    }
    await book.removeMember(carol.account.uid);
    const longer = (await ann.api.getVault({ vaultId: book.vaultId })).chain;
    await expect(seen(made.id, { ...told, chain: longer })).rejects.toMatchObject(refused);
  });

  it("is refused by the platform too, sealed for another item, person or date than it says", async () => {
    const api = world.sharesApiOf(ann.account.uid);
    let sent: Parameters<SharesApi["create"]>[0] | undefined;
    const catching = {
      ...api,
      create: async (input: Parameters<SharesApi["create"]>[0]) => {
        sent = input;
        return api.create(input);
      },
    };
    await world.sharesOf(ann, catching).give(book, bank.id, { to: ben.account.uid, ...terms });
    if (!sent) throw new Error("it was sent");
    const id = () => newId("share", world.clock);
    for (const lie of [
      { itemId: mail.id },
      { to: carol.account.uid },
      { expiresAt: "2031-01-01T00:00:00Z" },
      { opensMax: 2 },
      {},
    ]) {
      const wrong = api.create({ ...sent, id: id(), ...lie });
      await expect(wrong, JSON.stringify(lie)).rejects.toMatchObject({ code: "share.refused" });
    }
  });
});

describe("a share that was revoked, served as if it were not", () => {
  it("does not open the item as it is now, with the keys of before", async () => {
    const made = await given();
    const before = await opened(made);
    await world.sharesOf(ann).revoke(book, made);
    const again = await given();
    const now = await opened(again);
    for (const lie of [
      { ...before, entry: now.entry, content: now.content },
      { ...before, entry: now.entry, content: now.content, contentHash: now.contentHash },
      { ...before, entry: now.entry, content: now.content, contentHash: now.contentHash, share: now.share },
    ]) {
      await expect(seen(made.id, lie)).rejects.toMatchObject(refused);
    }
  });

  it("shows what its recipient could read then, to a server that kept it: the documented limit", async () => {
    const made = await given();
    const before = await opened(made);
    await world.sharesOf(ann).revoke(book, made);
    expect((await seen(made.id, before)).content).toMatchObject({ password: "password of Bank" });
  });
});
