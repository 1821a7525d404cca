import { createHash, hkdfSync } from "node:crypto";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { describe, expect, it } from "vitest";
import { concat, u8, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import { compareCodeOf } from "#shared/crypto/recovery/compare-code.ts";
import { unwrapWithContacts, wrapForContacts } from "#shared/crypto/recovery/contacts-slot.ts";
import { type EndingOf, isRecoveryEnd, signRecoveryEnd } from "#shared/crypto/recovery/recovery-end.ts";
import {
  openRelease,
  openShareFor,
  ownerFingerprintOf,
  sealRelease,
  sealShareFor,
} from "#shared/crypto/recovery/sealed-share.ts";
import { openShare, type ShareSet, shareCommitOf, signShare, writeShareSet } from "#shared/crypto/recovery/share.ts";
import { heardWords } from "#shared/crypto/recovery/six-words.ts";
import { openSealedTo } from "#shared/crypto/sealing/sealed-to.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import { readSlot, unwrapRootKey } from "#shared/crypto/slots/slot.ts";
import { idBytes } from "#shared/ids.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const sha256 = (...parts: Uint8Array[]) =>
  Uint8Array.from(
    createHash("sha256")
      .update(concat(...parts))
      .digest(),
  );

describe("a share on its way", () => {
  const place = { tid: alice.place.tid, owner: alice.place.uid, contact: alice.contactId, setId: alice.shareSetId };
  const share = alice.bytes("share");
  const elsewhere = [
    { tid: bob.place.tid },
    { owner: bob.place.uid },
    { contact: bob.contactId },
    { setId: bob.shareSetId },
  ];
  const context = concat(idBytes(place.tid), idBytes(place.owner), idBytes(place.contact), idBytes(place.setId));

  it("to a contact is of one owner, contact and set", () => {
    const bytes = sealShareFor(share, place, { contact: alice.device.kem.publicKey, owner: alice.user.sign });
    const open = (more: object) =>
      openShareFor(bytes, { ...place, ...more }, { contact: alice.device.kem, owner: alice.user.sign.publicKey });
    expect(open({})).toEqual(share);
    const parties = { recipient: alice.device.kem, sender: alice.user.sign.publicKey };
    expect(openSealedTo({ purpose: "recovery-share", context, ...parties }, bytes)).toEqual(share);
    for (const more of elsewhere) expect(() => open(more)).toThrow(code("crypto.context"));
  });

  it("to who recovers is of one recovery as well", () => {
    const release = { ...place, recoveryId: alice.recoveryId };
    const bytes = sealRelease(share, release, { ephemeral: alice.boot.kem.publicKey, contact: alice.device.sign });
    const open = (more: object) =>
      openRelease(bytes, { ...release, ...more }, { ephemeral: alice.boot.kem, contact: alice.device.sign.publicKey });
    expect(open({})).toEqual(share);
    const sealing = { purpose: "recovery-release", context: concat(context, idBytes(alice.recoveryId)) } as const;
    const parties = { recipient: alice.boot.kem, sender: alice.device.sign.publicKey };
    expect(openSealedTo({ ...sealing, ...parties }, bytes)).toEqual(share);
    for (const more of [...elsewhere, { recoveryId: bob.recoveryId }])
      expect(() => open(more)).toThrow(code("crypto.context"));
  });

  it("belongs to its owner by a fingerprint of their first key", () => {
    const { tid, uid } = alice.place;
    const genesisKey = alice.root.rootSign.publicKey;
    expect(ownerFingerprintOf({ tid, uid, genesisKey })).toEqual(
      sha256(utf8("ocmt/v1/share-owner\0"), idBytes(tid), idBytes(uid), genesisKey),
    );
  });
});

describe("the end of a recovery", () => {
  const { publicKey, secretKey } = alice.user.sign;
  const ending: EndingOf = {
    tid: alice.place.tid,
    uid: alice.place.uid,
    recoveryId: alice.recoveryId,
    how: "recovered",
  };

  it("is one of two ways, said by the owner of one recovery", () => {
    const ids = concat(idBytes(ending.tid), idBytes(ending.uid), idBytes(ending.recoveryId));
    expect(signRecoveryEnd(ending, secretKey)).toEqual(sign("recovery-end", concat(ids, u8(2)), secretKey));
    const cancelled = { ...ending, how: "cancelled" } as const;
    expect(signRecoveryEnd(cancelled, secretKey)).toEqual(sign("recovery-end", concat(ids, u8(1)), secretKey));
    const proof = signRecoveryEnd(ending, secretKey);
    expect(isRecoveryEnd(ending, proof, publicKey)).toBe(true);
    const others = [{ tid: bob.place.tid }, { uid: bob.place.uid }, { recoveryId: bob.recoveryId }];
    for (const more of [...others, { how: "cancelled" as const }])
      expect(isRecoveryEnd({ ...ending, ...more }, proof, publicKey)).toBe(false);
    expect(isRecoveryEnd(ending, proof, bob.user.sign.publicKey)).toBe(false);
  });
});

describe("the slot that contacts open", () => {
  const recovery = { setId: alice.shareSetId, key: asKey(alice.bytes("rk")) };
  const slot = wrapForContacts(alice.slotPlace, recovery, alice.urk);

  it("names its set, and opens by its own key, for its own account and set", () => {
    const opened = unwrapWithContacts(slot, alice.place, recovery);
    expect(opened.urk).toEqual(alice.urk);
    expect(readSlot(slot)).toEqual({ ...alice.slotPlace, type: "contacts", params: idBytes(alice.shareSetId) });
    const info = concat(utf8("ocmt/v1/contacts-slot\0"), idBytes(alice.place.uid), idBytes(alice.shareSetId));
    const secret = new Uint8Array(hkdfSync("sha256", recovery.key, new Uint8Array(0), info, 32));
    expect(unwrapRootKey(slot, { ...alice.place, type: "contacts" }, secret).urk).toEqual(alice.urk);
    const wrong = code("crypto.commitment");
    for (const more of [{ setId: bob.shareSetId }, { key: asKey(bob.bytes("rk")) }])
      expect(() => unwrapWithContacts(slot, alice.place, { ...recovery, ...more })).toThrow(wrong);
    for (const more of [{ tid: bob.place.tid }, { uid: bob.place.uid }])
      expect(() => unwrapWithContacts(slot, { ...alice.place, ...more }, recovery)).toThrow(wrong);
  });
});

describe("a set of shares", () => {
  const set: ShareSet = {
    ...{ purpose: "recovery", setId: alice.shareSetId, threshold: 2, count: 3 },
    ...{ commit: alice.bytes("commit"), ownerFingerprint: alice.bytes("owner") },
  };
  const { publicKey, secretKey } = alice.user.sign;
  const written = (purpose: number, t: number, n: number) =>
    concat(u8(purpose), idBytes(set.setId), u8(t), u8(n), set.commit, set.ownerFingerprint);
  const forged = (body: Uint8Array) => signStatement("key-share", concat(utf8("OCS1"), u8(1), body), secretKey);
  const point = concat(u8(7), alice.bytes("y"));

  it("is written as its page says, and its commitment is made of all that it says", () => {
    expect(writeShareSet(set)).toEqual(written(1, 2, 3));
    expect(writeShareSet({ ...set, purpose: "vault" })).toEqual(written(2, 2, 3));
    const info = concat(utf8("ocmt/v1/share-commit\0"), u8(1), idBytes(set.setId), u8(2), u8(3), set.ownerFingerprint);
    const key = asKey(makeBytes(32));
    expect(shareCommitOf(key, set)).toEqual(new Uint8Array(hkdfSync("sha256", key, new Uint8Array(0), info, 32)));
    for (const more of [{ commit: new Uint8Array(31) }, { ownerFingerprint: new Uint8Array(33) }])
      expect(() => writeShareSet({ ...set, ...more })).toThrow(code("crypto.key"));
  });

  it.each([
    [2, 2],
    [2, 16],
    [16, 16],
  ])("may take %d of %d", (threshold, count) => {
    const bytes = forged(concat(written(1, threshold, count), point));
    expect(openShare(bytes, publicKey)).toEqual({ set: { ...set, threshold, count }, x: 7, y: alice.bytes("y") });
    expect(signShare({ set: { ...set, threshold, count }, x: 7, y: alice.bytes("y") }, secretKey)).toEqual(bytes);
  });

  it.each([
    [0, 3],
    [1, 3],
    [4, 3],
    [2, 17],
    [17, 17],
  ])("may not take %d of %d, whoever signed it", (threshold, count) => {
    const refused = code("crypto.share");
    expect(() => openShare(forged(concat(written(1, threshold, count), point)), publicKey)).toThrow(refused);
    expect(() => shareCommitOf(alice.urk, { ...set, threshold, count })).toThrow(refused);
    expect(() => writeShareSet({ ...set, threshold, count })).toThrow(refused);
  });

  it("is of whole numbers, and its points from 1 to 255", () => {
    for (const more of [{ threshold: 2.5 }, { count: 3.5 }, { threshold: Number.NaN }])
      expect(() => writeShareSet({ ...set, ...more })).toThrow(code("crypto.share"));
    for (const x of [1, 255])
      expect(openShare(signShare({ set, x, y: alice.bytes("y") }, secretKey), publicKey).x).toBe(x);
    for (const x of [0, 256, 1.5])
      expect(() => signShare({ set, x, y: alice.bytes("y") }, secretKey)).toThrow(code("crypto.share"));
    const zero = forged(concat(written(1, 2, 3), u8(0), alice.bytes("y")));
    expect(() => openShare(zero, publicKey)).toThrow(code("crypto.share"));
    expect(() => signShare({ set, x: 1, y: new Uint8Array(31) }, secretKey)).toThrow(code("crypto.key"));
    for (const purpose of [0, 3])
      expect(() => openShare(forged(concat(written(purpose, 2, 3), point)), publicKey)).toThrow(code("crypto.share"));
    for (const body of [concat(written(1, 2, 3), point, u8(0)), concat(written(1, 2, 3), point.subarray(1))])
      expect(() => openShare(forged(body), publicKey)).toThrow(code("crypto.format"));
  });

  it("is compared by the first 66 bits of 5,200 hashes, as its page says", () => {
    const ephemeral = alice.boot.kem.publicKey;
    const key = sha256(ephemeral);
    let hash = sha256(utf8("ocmt/v1/compare-code\0"), ephemeral, written(1, 2, 3));
    for (let i = 0; i < 5200; i++) hash = sha256(hash, key);
    const bits = BigInt(`0x${Buffer.from(hash).toString("hex")}`) >> 190n;
    const words = [55n, 44n, 33n, 22n, 11n, 0n].map((shift) => wordlist[Number((bits >> shift) & 2047n)]);
    expect(compareCodeOf(ephemeral, set)).toEqual(words);
    expect(["", " 12 !", "One,TWO  three"].map(heardWords)).toEqual(["", "", "one two three"]);
    const short = ephemeral.subarray(1) as typeof ephemeral; // what the types would not let through
    expect(() => compareCodeOf(short, set)).toThrow(code("crypto.key"));
  });
});
