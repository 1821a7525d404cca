import { describe, expect, it } from "vitest";
import { concat, u8, u32, u64 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { openSealedTo, sealedToBytes, sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { checkItemShare, openItemShare, type SharePlace, sealItemShare } from "#shared/crypto/vault/item-share.ts";
import { idBytes } from "#shared/ids.ts";
import { ann, ben, carol, code } from "./steps.ts";

const keys = { entry: asKey(ann.bytes("entry key")), content: asKey(ann.bytes("content key")) };
const place: SharePlace = {
  ...{ tid: ann.place.tid, vaultId: ann.vaultId, itemId: ann.itemId, version: 3, keyGen: 2, shareId: ann.shareId },
  ...{ granter: ann.place.uid, recipient: ben.place.uid, level: "read", untilMs: ann.nowMs, opensMax: 5 },
  ...{ chain: { seq: 4, hash: ann.bytes("chain") }, entryHash: ann.bytes("e"), contentHash: ann.bytes("c") },
};
const listed: SharePlace = { ...place, level: "list", contentHash: undefined };
const toBen = { sender: ann.user.sign, recipient: ben.user.kem.publicKey };
const byBen = { sender: ann.user.sign.publicKey, recipient: ben.user.kem };
const looking = { sender: ann.user.sign.publicKey, recipient: ben.user.kem.publicKey };
const refused = code("crypto.context");

/** The context as it is written at the top of item-share.ts. */
const contextByHand = (level: number, content: Uint8Array) =>
  concat(
    ...[idBytes(place.tid), idBytes(place.vaultId), idBytes(place.itemId), u64(3), u32(2), idBytes(place.shareId)],
    ...[idBytes(place.granter), idBytes(place.recipient), u8(level), u64(4), ann.bytes("chain"), u64(ann.nowMs)],
    ...[u32(5), ann.bytes("e"), content],
  );
const insideByHand = (inside: Uint8Array, level = 2, content = ann.bytes("c")) =>
  sealTo({ purpose: "item-share", context: contextByHand(level, content), ...toBen }, inside);

describe("an item handed to one person", () => {
  it("gives who may read both keys, and who may list the entry's alone", () => {
    const read = sealItemShare(keys, place, toBen);
    expect(openItemShare(read, place, byBen)).toEqual(keys);
    expect(read).toHaveLength(sealedToBytes("item-share", 65));
    const list = sealItemShare(keys, listed, toBen);
    expect(openItemShare(list, listed, byBen)).toEqual({ entry: keys.entry, content: undefined });
    expect(list).toHaveLength(sealedToBytes("item-share", 33));
    expect(openItemShare(list, { ...place, level: "list" }, byBen).content).toBeUndefined(); // of the content it says nothing
    expect(openItemShare(sealItemShare({ ...keys, content: undefined }, listed, toBen), listed, byBen).entry).toEqual(
      keys.entry,
    );
  });

  it("is bound to the context and holds the bytes that its page says", () => {
    const read = { purpose: "item-share", context: contextByHand(2, ann.bytes("c")), ...byBen } as const;
    expect(openSealedTo(read, sealItemShare(keys, place, toBen))).toEqual(concat(u8(2), keys.entry, keys.content));
    const list = { ...read, context: contextByHand(1, new Uint8Array(32)) };
    expect(openSealedTo(list, sealItemShare(keys, listed, toBen))).toEqual(concat(u8(1), keys.entry));
    expect(openItemShare(insideByHand(concat(u8(2), keys.entry, keys.content)), place, byBen)).toEqual(keys);
  });

  it.each<[string, Partial<SharePlace>]>([
    ["tenant", { tid: carol.agentPlace.tid }],
    ["vault", { vaultId: ben.vaultId }],
    ["item", { itemId: ben.itemId }],
    ["version", { version: 4 }],
    ["generation", { keyGen: 3 }],
    ["share", { shareId: ben.shareId }],
    ["granter", { granter: carol.place.uid }],
    ["recipient", { recipient: carol.place.uid }],
    ["level", { level: "list" }],
    ["end", { untilMs: ann.nowMs + 1 }],
    ["end that is none", { untilMs: null }],
    ["number of times", { opensMax: 6 }],
    ["number of times that is none", { opensMax: null }],
    ["step of the chain", { chain: { seq: 5, hash: ann.bytes("chain") } }],
    ["chain", { chain: { seq: 4, hash: ann.bytes("fork") } }],
    ["entry", { entryHash: ann.bytes("other") }],
    ["content", { contentHash: ann.bytes("other") }],
  ])("is of no other %s", (_, more) => {
    const bytes = sealItemShare(keys, place, toBen);
    expect(() => checkItemShare(bytes, place, looking)).not.toThrow();
    expect(() => checkItemShare(bytes, { ...place, ...more }, looking)).toThrow(refused);
    expect(() => openItemShare(bytes, { ...place, ...more }, byBen)).toThrow(refused);
  });

  it("has no limit where none was set", () => {
    const free = { ...place, untilMs: null, opensMax: null };
    const bytes = sealItemShare(keys, free, toBen);
    expect(openItemShare(bytes, free, byBen)).toEqual(keys);
    expect(openItemShare(bytes, { ...place, untilMs: 0, opensMax: 0 }, byBen)).toEqual(keys);
  });

  it("is from its granter and for its recipient alone", () => {
    const bytes = sealItemShare(keys, place, toBen);
    expect(() => openItemShare(bytes, place, { ...byBen, recipient: carol.user.kem })).toThrow(refused);
    expect(() => openItemShare(bytes, place, { ...byBen, sender: carol.user.sign.publicKey })).toThrow(refused);
    expect(() => checkItemShare(bytes.with(-1, (bytes.at(-1) ?? 0) ^ 1), place, looking)).toThrow(
      code("crypto.signature"),
    );
  });

  it("is not read without what it is read by", () => {
    expect(() => sealItemShare({ ...keys, content: undefined }, place, toBen)).toThrow(code("crypto.key"));
    expect(() => sealItemShare(keys, { ...place, contentHash: undefined }, toBen)).toThrow(refused);
    for (const more of [
      { chain: { seq: 4, hash: new Uint8Array(31) } },
      { entryHash: new Uint8Array(33) },
      { contentHash: new Uint8Array(0) },
    ])
      expect(() => sealItemShare(keys, { ...place, ...more }, toBen)).toThrow(code("crypto.key"));
  });

  it("A07 is refused with another level inside than it says, with less in it, or with more", () => {
    const { entry, content } = keys;
    for (const level of [0, 1, 3])
      expect(() => openItemShare(insideByHand(concat(u8(level), entry, content)), place, byBen)).toThrow(refused);
    for (const inside of [concat(u8(2), entry), concat(u8(2), entry, content, u8(0)), new Uint8Array(0)])
      expect(() => openItemShare(insideByHand(inside), place, byBen)).toThrow(code("crypto.format"));
    const both = insideByHand(concat(u8(1), entry, content), 1, new Uint8Array(32));
    expect(() => openItemShare(both, listed, byBen)).toThrow(code("crypto.format"));
  });
});
