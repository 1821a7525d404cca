import { describe, expect, it } from "vitest";
import { concat, lengthPrefixed, u8, u32, u64, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { openSealedTo, sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import {
  fingerprintOf,
  type OpeningRequest,
  openHolderPart,
  openReason,
  openRelease,
  readOpening,
  sealPartTo,
  sealReason,
  sealRelease,
  signOpening,
  unwrapRing,
  wrapRing,
} from "#shared/crypto/vault/quorum.ts";
import { idBytes, idFromBytes } from "#shared/ids.ts";
import { ann, ben, carol, code } from "./steps.ts";

const set = { tid: ann.place.tid, vaultId: ann.vaultId, setId: ann.shareSetId };
const otherSets = [{ tid: carol.agentPlace.tid }, { vaultId: ben.vaultId }, { setId: ben.shareSetId }];
const between = { from: ann.place.uid, to: ben.place.uid };
const others = [{ from: carol.place.uid }, { to: carol.place.uid }];
const toBen = { sender: ann.user.sign, recipient: ben.user.kem.publicKey };
const byBen = { sender: ann.user.sign.publicKey, recipient: ben.user.kem };
const [refused, odd] = [code("crypto.context"), code("crypto.format")];
const setIds = concat(idBytes(set.tid), idBytes(set.vaultId), idBytes(set.setId));
const betweenIds = concat(idBytes(between.from), idBytes(between.to));

describe("the ring of a vault that several open", () => {
  const key = asKey(ann.bytes("threshold key"));
  const ring = new Map([
    [1, { vaultKey: asKey(ann.bytes("1")) }],
    [3, { vaultKey: asKey(ann.bytes("3")) }],
  ]);
  const bytes = wrapRing(key, set, ring);

  it("stands under the newest generation in it, of one set of one vault", () => {
    expect(wrapRing(key, set, ring).subarray(0, 57)).toEqual(concat(utf8("OCVR"), u8(1), setIds, u32(3)));
    expect(unwrapRing(key, { ...set, keyGen: 3 }, bytes)).toEqual(ring);
    for (const more of [...otherSets, { keyGen: 1 }, { keyGen: 4 }])
      expect(() => unwrapRing(key, { ...set, keyGen: 3, ...more }, bytes)).toThrow(refused);
    expect(() => unwrapRing(asKey(ann.bytes("other")), { ...set, keyGen: 3 }, bytes)).toThrow(
      code("crypto.commitment"),
    );
  });

  it("is refused by its letters before anything else, and with its header written anew", () => {
    expect(() => unwrapRing(key, { ...set, keyGen: 4 }, bytes.with(3, 0))).toThrow(code("crypto.suite"));
    const moved = concat(bytes.subarray(0, 53), u32(4), bytes.subarray(57));
    expect(() => unwrapRing(key, { ...set, keyGen: 4 }, moved)).toThrow(code("crypto.commitment"));
  });

  it("belongs to its vault by a fingerprint", () => {
    expect(fingerprintOf(set)).toEqual(sha256(idBytes(set.tid), idBytes(set.vaultId)));
  });
});

describe("what a holder keeps", () => {
  const part = { share: ann.bytes("share", 20), ring: ann.bytes("ring") };
  const bytes = sealPartTo(part, { ...set, ...between }, toBen);

  it("is theirs, of one set, from who made it", () => {
    expect(openHolderPart(bytes, { ...set, ...between }, byBen)).toEqual(part);
    const context = concat(setIds, betweenIds);
    expect(openSealedTo({ purpose: "vault-share", context, ...byBen }, bytes)).toEqual(
      concat(lengthPrefixed(part.share), lengthPrefixed(part.ring)),
    );
    for (const more of [...otherSets, ...others])
      expect(() => openHolderPart(bytes, { ...set, ...between, ...more }, byBen)).toThrow(refused);
    expect(() => openHolderPart(bytes, { ...set, ...between }, { ...byBen, recipient: carol.user.kem })).toThrow(
      refused,
    );
  });

  it("A07 is refused with more or less inside", () => {
    const whole = concat(lengthPrefixed(part.share), lengthPrefixed(part.ring));
    for (const inside of [concat(whole, u8(0)), whole.subarray(0, -1), lengthPrefixed(part.share)]) {
      const sealed = sealTo({ purpose: "vault-share", context: concat(setIds, betweenIds), ...toBen }, inside);
      expect(() => openHolderPart(sealed, { ...set, ...between }, byBen)).toThrow(odd);
    }
  });
});

describe("the request to open a vault", () => {
  const request: OpeningRequest = {
    ...{ ...set, openingId: idFromBytes("opening", ann.bytes("opening", 16)), opener: ann.place.uid },
    ...{ bundleHash: ann.bytes("bundle"), kemKey: ann.boot.kem.publicKey },
    ...{ atMs: ann.nowMs, notAfterMs: ann.nowMs + 9 },
  };
  const body = concat(
    ...[utf8("OCVO"), u8(1), idBytes(set.tid), idBytes(set.vaultId), idBytes(request.openingId), idBytes(set.setId)],
    ...[idBytes(request.opener), ann.bytes("bundle"), ann.boot.kem.publicKey, u64(ann.nowMs), u64(ann.nowMs + 9)],
  );
  const { publicKey, secretKey } = ann.user.sign;

  it("is read as it was written, field by field, and its opener's word", () => {
    const bytes = signOpening(request, secretKey);
    expect(bytes).toEqual(signStatement("vault-opening", body, secretKey));
    expect(readOpening(bytes, publicKey)).toEqual(request);
    expect(() => readOpening(bytes, ben.user.sign.publicKey)).toThrow(code("crypto.signature"));
    expect(() => readOpening(signStatement("vault-chain", body, secretKey), publicKey)).toThrow(
      code("crypto.signature"),
    );
    for (const wrong of [concat(body, u8(0)), body.subarray(0, -1)])
      expect(() => readOpening(signStatement("vault-opening", wrong, secretKey), publicKey)).toThrow(odd);
    expect(() => signOpening({ ...request, bundleHash: new Uint8Array(31) }, secretKey)).toThrow(code("crypto.key"));
  });
});

describe("what is sent for an opening", () => {
  const of = { opening: ann.bytes("statement", 30), ...between };
  const context = concat(sha256(of.opening), betweenIds);

  it.each([
    ["share", "share-release", sealRelease, openRelease],
    ["reason", "opening-reason", sealReason, openReason],
  ] as const)("a %s is of this opening, between these two", (_, purpose, seal, open) => {
    const bytes = seal(ann.bytes("text", 9), of, toBen);
    expect(open(bytes, of, byBen)).toEqual(ann.bytes("text", 9));
    expect(openSealedTo({ purpose, context, ...byBen }, bytes)).toEqual(ann.bytes("text", 9));
    for (const more of [...others, { opening: ann.bytes("another", 30) }])
      expect(() => open(bytes, { ...of, ...more }, byBen)).toThrow(refused);
    expect(() => open(bytes, of, { ...byBen, sender: carol.user.sign.publicKey })).toThrow(refused);
  });

  it("a reason is no share, nor a share a reason", () => {
    expect(() => openRelease(sealReason(ann.bytes("text"), of, toBen), of, byBen)).toThrow(refused);
    expect(() => openReason(sealRelease(ann.bytes("text"), of, toBen), of, byBen)).toThrow(refused);
  });
});
