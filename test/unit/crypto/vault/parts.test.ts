import { hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { concat, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { asKey, type Key } from "#shared/crypto/encoding/key.ts";
import { labelOf } from "#shared/crypto/encoding/purposes.ts";
import { compareBytes, sha256 } from "#shared/crypto/primitives/hash.ts";
import { type KeyRing, openGrant, readRing, sealGrant, writeRing } from "#shared/crypto/vault/grant.ts";
import { openPart, readKeyPlace, sealPart, unwrapPartKey, wrapPartKey } from "#shared/crypto/vault/item.ts";
import {
  bucketOf,
  bucketsOf,
  hashOfBucket,
  hashOfPart,
  type Leaf,
  readBuckets,
  rootOf,
} from "#shared/crypto/vault/tree.ts";
import { commitsTo, makeVaultKey, openHeldKey } from "#shared/crypto/vault/vault-key.ts";
import { type Id, idBytes, idFromBytes } from "#shared/ids.ts";
import { ann, ben, code } from "./steps.ts";

const key = (name: string): Key => asKey(ann.bytes(name));
const place = { tid: ann.place.tid, vaultId: ann.vaultId, keyGen: 2 };

describe("a ring of keys", () => {
  const all: KeyRing = new Map([
    [3, { vaultKey: key("3") }],
    [1, { vaultKey: key("1") }],
  ]);
  const entries: KeyRing = new Map([[2, { entryKek: key("2") }]]);

  it("is written in ascending order, and read as it was written", () => {
    const bytes = writeRing(all);
    expect([...bytes.subarray(0, 7)]).toEqual([2, 0, 2, 0, 0, 0, 1]);
    expect(bytes).toHaveLength(3 + 2 * 36);
    expect([...readRing(bytes)]).toEqual([
      [1, { vaultKey: key("1") }],
      [3, { vaultKey: key("3") }],
    ]);
    expect(writeRing(entries)[0]).toBe(1);
    expect(readRing(writeRing(entries))).toEqual(entries);
  });

  it("is not written empty or of both kinds", () => {
    expect(() => writeRing(new Map())).toThrow(code("crypto.format"));
    expect(() => writeRing(new Map([...all, ...entries]))).toThrow(code("crypto.format"));
  });

  it("is refused of another level, empty, out of order, with one twice, cut or longer", () => {
    const bytes = writeRing(all);
    const one = bytes.subarray(3, 39);
    for (const level of [0, 3, 255]) expect(() => readRing(bytes.with(0, level))).toThrow(code("crypto.suite"));
    const formats = [
      Uint8Array.of(2, 0, 0),
      concat(Uint8Array.of(2, 0, 2), bytes.subarray(39), one),
      concat(Uint8Array.of(2, 0, 2), one, one),
      concat(Uint8Array.of(2, 0, 1, 0, 0, 0, 0), key("0")),
      bytes.subarray(0, -1),
      concat(bytes, Uint8Array.of(0)),
      new Uint8Array(0),
    ];
    for (const wrong of formats) expect(() => readRing(wrong)).toThrow(code("crypto.format"));
  });

  it("is handed from one member to another in one vault, and to nobody else", () => {
    const grant = { tid: place.tid, vaultId: place.vaultId, granter: ann.place.uid, recipient: ben.place.uid };
    const keys = { sender: ann.user.sign, recipient: ben.user.kem };
    const bytes = sealGrant(all, grant, { sender: keys.sender, recipient: keys.recipient.publicKey });
    const open = (more: object, recipient = keys.recipient, sender = ann.user.sign.publicKey) =>
      openGrant(bytes, { ...grant, ...more }, { sender, recipient });
    expect(new Map([...open({})].reverse())).toEqual(all);
    for (const more of [
      { tid: ben.agentPlace.tid },
      { vaultId: ben.vaultId },
      { granter: ben.place.uid },
      { recipient: ann.place.uid },
    ])
      expect(() => open(more)).toThrow(code("crypto.context"));
    expect(() => open({}, ann.user.kem)).toThrow(code("crypto.context"));
    expect(() => open({}, keys.recipient, ben.user.sign.publicKey)).toThrow(code("crypto.context"));
  });
});

describe("vault keys", () => {
  it("are the ones that the chain commits to, in their own place alone", () => {
    const vaultKey = makeVaultKey();
    const commits = commitsTo(vaultKey, place);
    const { entryKek, contentKek, ...at } = openHeldKey({ vaultKey }, place, commits);
    expect(at).toEqual(place);
    expect([entryKek.length, contentKek?.length]).toEqual([32, 32]);
    expect(entryKek).not.toEqual(contentKek);
    expect(openHeldKey({ entryKek }, place, commits)).toEqual({ ...place, entryKek, contentKek: undefined });
    const wrong = code("crypto.commitment");
    for (const more of [{ keyGen: 3 }, { tid: ben.agentPlace.tid }, { vaultId: ben.vaultId }]) {
      expect(() => openHeldKey({ vaultKey }, { ...place, ...more }, commits)).toThrow(wrong);
      expect(() => openHeldKey({ entryKek }, { ...place, ...more }, commits)).toThrow(wrong);
    }
    expect(() => openHeldKey({ vaultKey: key("other") }, place, commits)).toThrow(wrong);
    expect(() => openHeldKey({ entryKek: key("other") }, place, commits)).toThrow(wrong);
    expect(() => openHeldKey({ vaultKey: entryKek }, place, commits)).toThrow(wrong);
    expect(() => openHeldKey({ entryKek: vaultKey }, place, commits)).toThrow(wrong);
    const swapped = { keyCommit: commits.entryCommit, entryCommit: commits.keyCommit };
    expect(() => openHeldKey({ vaultKey }, place, swapped)).toThrow(wrong);
    expect(() => openHeldKey({ entryKek }, place, swapped)).toThrow(wrong);
    expect(makeVaultKey()).not.toEqual(vaultKey);
    const byHand = (ikm: Uint8Array, purpose: string) => {
      const where = concat(idBytes(place.tid), idBytes(place.vaultId), Uint8Array.of(0, 0, 0, 2));
      return new Uint8Array(hkdfSync("sha256", ikm, "", concat(utf8(`ocmt/v1/${purpose}\0`), where), 32));
    };
    expect(entryKek).toEqual(byHand(vaultKey, "vault-entries"));
    expect(contentKek).toEqual(byHand(vaultKey, "vault-contents"));
    expect(commits).toEqual({
      keyCommit: byHand(vaultKey, "vault-commit"),
      entryCommit: byHand(entryKek, "entry-commit"),
    });
  });
});

const itemIn = (bucket: number, n: number): Id<"item"> => {
  const bytes = ann.bytes(`item ${n}`, 16).with(15, bucket);
  return idFromBytes("item", bytes);
};
const leaf = (bucket: number, n: number, version = 1): Leaf => ({
  ...{ itemId: itemIn(bucket, n), version },
  hashes: { entry: ann.bytes(`entry ${n}`), content: ann.bytes(`content ${n}`) },
});

describe("the tree of items", () => {
  it("sorts items into the bucket of their last byte", () => {
    expect([0, 7, 255].map((bucket) => bucketOf(itemIn(bucket, 1)))).toEqual([0, 7, 255]);
  });

  it("is the hashes it says, by hand", () => {
    const leaves = [leaf(7, 1, 4), leaf(7, 2), { ...leaf(7, 3, 9), hashes: null }];
    const rows = leaves
      .map(({ itemId, version, hashes }) => {
        const { entry, content } = hashes ?? { entry: new Uint8Array(32), content: new Uint8Array(32) };
        return concat(idBytes(itemId), Uint8Array.of(0, 0, 0, 0, 0, 0, 0, version), entry, content);
      })
      .sort(compareBytes);
    const bucket = sha256(labelOf("vault-bucket"), ...rows);
    expect(hashOfBucket(leaves)).toEqual(bucket);
    expect(hashOfBucket(leaves.toReversed())).toEqual(bucket);
    const buckets = bucketsOf(leaves);
    expect(buckets).toHaveLength(256);
    expect(buckets[7]).toEqual(bucket);
    expect(buckets.filter((hash) => hash.every((byte) => byte === 0))).toHaveLength(255);
    expect(rootOf(buckets)).toEqual(sha256(labelOf("vault-root"), ...buckets));
    expect(readBuckets(concat(...buckets))).toEqual(buckets);
    expect(hashOfPart(ann.bytes("k"), ann.bytes("b"))).toEqual(sha256(ann.bytes("k"), ann.bytes("b")));
  });

  it("is another with any leaf more, less or other", () => {
    const leaves = [leaf(7, 1), leaf(7, 2)];
    const [first = leaf(7, 1)] = leaves;
    const others = [
      ...[[], leaves.slice(1), [...leaves, leaf(7, 3)], [{ ...first, version: 2 }, leaf(7, 2)]],
      [{ ...first, hashes: null }, leaf(7, 2)],
      [{ ...first, hashes: { entry: ann.bytes("content 1"), content: ann.bytes("entry 1") } }, leaf(7, 2)],
    ];
    const all = [leaves, ...others].map((each) => Buffer.from(hashOfBucket(each)).toString("hex"));
    expect(new Set(all).size).toBe(all.length);
  });

  it("takes no item twice in a bucket, none of another bucket, and no hash of another length", () => {
    const refused = code("crypto.context");
    expect(() => hashOfBucket([leaf(7, 1), leaf(7, 1)])).toThrow(refused);
    expect(() => hashOfBucket([leaf(7, 1), leaf(7, 2), leaf(7, 1, 2)])).toThrow(refused);
    expect(() => hashOfBucket([leaf(7, 1), leaf(8, 2)])).toThrow(refused);
    const short = { entry: new Uint8Array(31), content: new Uint8Array(32) };
    for (const hashes of [short, { entry: short.content, content: short.entry }])
      expect(() => hashOfBucket([{ ...leaf(7, 1), hashes }])).toThrow(code("crypto.format"));
    const buckets = bucketsOf([]);
    for (const wrong of [buckets.slice(1), [...buckets, ...buckets.slice(0, 1)], buckets.with(3, new Uint8Array(31))])
      expect(() => rootOf(wrong)).toThrow(code("crypto.format"));
    for (const size of [0, 8191, 8193]) expect(() => readBuckets(new Uint8Array(size))).toThrow(code("crypto.format"));
  });
});

describe("the parts of an item", () => {
  const at = { ...place, itemId: ann.itemId, version: 3, part: "content" } as const;
  const elsewhere = [
    ...[{ tid: ben.agentPlace.tid }, { vaultId: ben.vaultId }, { itemId: ben.itemId }],
    ...[{ keyGen: 3 }, { version: 4 }, { part: "entry" as const }],
  ];

  it("open in their own place alone, each by its own key", () => {
    const text = ann.bytes("text", 20);
    const blob = sealPart(key("part"), at, text);
    const wrapped = wrapPartKey(key("kek"), at, key("part"));
    expect([blob.length, wrapped.length]).toEqual([67 + 24 + 32 + 64 + 16, 171]);
    expect(openPart(key("part"), at, blob)).toEqual(text);
    expect(unwrapPartKey(key("kek"), at, wrapped)).toEqual(key("part"));
    expect(readKeyPlace(wrapped)).toEqual({ keyGen: 2, version: 3 });
    for (const more of elsewhere) {
      expect(() => openPart(key("part"), { ...at, ...more }, blob)).toThrow(code("crypto.context"));
      expect(() => unwrapPartKey(key("kek"), { ...at, ...more }, wrapped)).toThrow(code("crypto.context"));
    }
    expect(() => openPart(key("kek"), at, blob)).toThrow(code("crypto.commitment"));
    expect(() => unwrapPartKey(key("part"), at, wrapped)).toThrow(code("crypto.commitment"));
    expect(() => readKeyPlace(blob)).toThrow(code("crypto.suite"));
    expect(() => readKeyPlace(wrapped.subarray(0, 65))).toThrow(code("crypto.format"));
  });

  it("hide a size up to 64 bytes", () => {
    const sizes = [0, 1, 63, 64, 127, 128].map((size) => sealPart(key("part"), at, new Uint8Array(size)).length - 139);
    expect(sizes).toEqual([64, 64, 64, 128, 128, 192]);
  });
});
