import { describe, expect, it } from "vitest";
import { type Bundle, FIRST_PREV_HASH, signBundle } from "#shared/crypto/account/bundle.ts";
import { type ChainExpectation, followBundles } from "#shared/crypto/account/bundle-chain.ts";
import { deriveRootKeys } from "#shared/crypto/account/root.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const root = alice.root.rootSign;
const rotated = deriveRootKeys(bob.urk, { ...alice.place, urkGen: 7 }).rootSign;
const expected: ChainExpectation = { tid: alice.place.tid, uid: alice.place.uid, nowMs: alice.nowMs + 10 };

const bundleAt = (bundleSeq: number, prevHash: Uint8Array, more: Partial<Bundle> = {}) => ({
  tid: alice.place.tid,
  uid: alice.place.uid,
  bundleSeq,
  prevHash,
  signKey: alice.user.sign.publicKey,
  kemKey: alice.user.kem.publicKey,
  deviceListHash: alice.bytes(`devices ${bundleSeq}`),
  minSuite: 1,
  notBeforeMs: alice.nowMs,
  ...more,
});

const first = signBundle(bundleAt(1, FIRST_PREV_HASH), root);
const second = signBundle(bundleAt(2, sha256(first)), root);
const third = signBundle(bundleAt(3, sha256(second)), rotated, root);
const chain = [first, second, third];
const follow = (bundles: Uint8Array[], more: Partial<ChainExpectation> = {}) =>
  followBundles(bundles, { ...expected, ...more });

describe("sigchain", () => {
  it("leads from the first statement to the last, through a rotation of the root key", () => {
    const accepted = follow(chain, { genesisKey: root.publicKey });
    expect(accepted.last).toEqual({ ...bundleAt(3, sha256(second)), rootKey: rotated.publicKey });
    expect(accepted.genesisKey).toEqual(root.publicKey);
    expect(accepted.pin).toEqual({ bundleSeq: 3, hash: sha256(third) });
    expect(signBundle(bundleAt(3, sha256(second)), rotated, root)).toEqual(third);
    expect([first.length, third.length]).toEqual([1399 + 64, 1399 + 128]);
  });

  it("is refused when a statement is missing, doubled, moved or of someone else", () => {
    const broken = [[], [second], [first, third], [second, first], [first, first], [first, second, second]];
    for (const bundles of broken) expect(() => follow(bundles)).toThrow();
    expect(() => follow(chain, { tid: bob.place.tid })).toThrow(code("crypto.context"));
    expect(() => follow(chain, { uid: bob.place.uid })).toThrow(code("crypto.context"));
    expect(() => follow(chain, { genesisKey: bob.root.rootSign.publicKey })).toThrow(code("crypto.context"));
  });

  it("is refused when it no longer contains what was accepted before", () => {
    const { pin } = follow([first, second]);
    expect(follow(chain, { pin }).last.bundleSeq).toBe(3);
    expect(() => follow([first], { pin })).toThrow(code("crypto.rollback"));
    const fork = signBundle(bundleAt(2, sha256(first), { deviceListHash: alice.bytes("other devices") }), root);
    expect(() => follow([first, fork], { pin })).toThrow(code("crypto.rollback"));
    expect(follow(chain, { pin: { bundleSeq: 1, hash: sha256(first) } }).bundles).toHaveLength(3);
    expect(() => follow(chain, { pin: { ...pin, bundleSeq: 1 } })).toThrow(code("crypto.rollback"));
  });

  it("is refused when a statement names another before it, or claims to be the first and is not", () => {
    const other = signBundle(bundleAt(2, bob.bytes("prev")), root);
    expect(() => follow([first, other])).toThrow(code("crypto.context"));
    const skipping = signBundle(bundleAt(3, sha256(first)), root);
    expect(() => follow([first, skipping])).toThrow(code("crypto.context"));
    for (const notFirst of [bundleAt(1, bob.bytes("prev")), bundleAt(2, FIRST_PREV_HASH), bundleAt(0, FIRST_PREV_HASH)])
      expect(() => follow([signBundle(notFirst, root)])).toThrow(code("crypto.context"));
    expect(() => follow([])).toThrow(code("crypto.rollback"));
  });

  it("is refused when a signed statement is neither a rotation nor not one", () => {
    const body = Uint8Array.from(first.subarray(0, -64)).fill(2, -1);
    const odd = concat(body, sign("bundle", body, root.secretKey));
    expect(() => follow([odd])).toThrow(code("crypto.format"));
  });

  it("does not let a new root key in without the word of the old one", () => {
    const body = bundleAt(2, sha256(first));
    const unasked = signBundle(body, rotated);
    const byStranger = signBundle(body, rotated, bob.root.rootSign);
    const dropped = signBundle(body, rotated, root).subarray(0, -64);
    for (const bundle of [unasked, byStranger]) expect(() => follow([first, bundle])).toThrow(code("crypto.signature"));
    expect(() => follow([first, dropped])).toThrow(code("crypto.format"));
    expect(() => follow([signBundle(bundleAt(1, FIRST_PREV_HASH), rotated, root)])).toThrow(code("crypto.context"));
    expect(() => follow([first, concat(unasked, new Uint8Array(64))])).toThrow(code("crypto.format"));
    const pointless = signBundle(body, root, root);
    expect(() => follow([first, pointless])).toThrow(code("crypto.signature"));
  });

  it("does not go back in time, nor ahead of it", () => {
    const earlier = signBundle(bundleAt(2, sha256(first), { notBeforeMs: alice.nowMs - 1 }), root);
    expect(() => follow([first, earlier])).toThrow(code("crypto.context"));
    const later = signBundle(bundleAt(2, sha256(first), { notBeforeMs: alice.nowMs + 11 }), root);
    expect(() => follow([first, later])).toThrow(code("crypto.expired"));
    const now = signBundle(bundleAt(2, sha256(first), { notBeforeMs: alice.nowMs + 10 }), root);
    expect(follow([first, now]).last.notBeforeMs).toBe(alice.nowMs + 10);
    const begun = signBundle(bundleAt(1, FIRST_PREV_HASH, { notBeforeMs: 0 }), root);
    expect(follow([begun]).last.notBeforeMs).toBe(0);
  });
});

describe("B22 B24 an older or unknown suite", () => {
  it("in a statement is refused: suites above ours, suite 0, and going down", () => {
    for (const minSuite of [0, 2, 255]) {
      const bundle = signBundle(bundleAt(1, FIRST_PREV_HASH, { minSuite }), root);
      expect(() => follow([bundle]), `minSuite ${minSuite}`).toThrow(code("crypto.suite"));
    }
    const lower = signBundle(bundleAt(2, sha256(first), { minSuite: 0 }), root);
    expect(() => follow([first, lower])).toThrow(code("crypto.suite"));
  });
});
