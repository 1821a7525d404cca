import { describe, expect, it } from "vitest";
import { concat, lengthPrefixed, u8, u32, u64, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { openGrant, shareIdOf, signGrant } from "#shared/crypto/grants/grant.ts";
import { openLetter, readHanded, sealLetter, writeHanded } from "#shared/crypto/grants/handed.ts";
import { openRevocation, signRevocation } from "#shared/crypto/grants/revocation.ts";
import { METHODS } from "#shared/crypto/grants/terms.ts";
import { openAnswer, openCall, sealAnswer, sealCall } from "#shared/crypto/grants/use.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { openSealedTo, sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import { idBytes } from "#shared/ids.ts";
import { grantOf } from "./grant-formats.ts";
import { worldOf } from "./world.ts";

const w = worldOf(7);
const other = worldOf(8);
const grant = grantOf(w);
const refused = (code: string) => expect.objectContaining({ code });
const [context, odd] = [refused("crypto.context"), refused("crypto.format")];
const { publicKey, secretKey } = w.user.sign;
const body = signGrant(grant, secretKey).subarray(0, -64);
const resigned = (bytes: Uint8Array) => signStatement("grant", bytes, secretKey);
const opened = (bytes: Uint8Array) => openGrant(resigned(bytes), publicKey);

/** Where the last fields stand, from the end of the body. */
const AT = { nonce: -16, tier: -17, asks: -18, notAfter: -26, maxUses: -30, methods: -31 };

describe("a grant", () => {
  it("is written as its page says", () => {
    const party = ({ userId, bundleHash, agentId, kemHash, signKey }: typeof grant.issuer) =>
      concat(idBytes(userId), bundleHash, idBytes(agentId), kemHash, signKey);
    const text = (value: string) => lengthPrefixed(utf8(value));
    expect(body).toEqual(
      concat(
        ...[utf8("OCG1"), u8(1), idBytes(grant.grantId), idBytes(grant.tid)],
        ...[party(grant.issuer), party(grant.subject), idBytes(grant.vaultId), idBytes(grant.itemId), u64(3)],
        ...[text("weather"), u8(1), text("https://api.weather.example"), u8(2), text("key"), text("url")],
        ...[u8(0b101), u32(12), u64(grant.notAfterMs), u8(0), u8(1), grant.nonce],
      ),
    );
    expect(opened(body)).toEqual(grant);
  });

  it("has each method by a bit of its own, and no other bit", () => {
    for (const [bit, method] of METHODS.entries()) {
      const one = signGrant(grantOf(w, { methods: [method] }), secretKey);
      expect(one.subarray(0, -64).at(AT.methods)).toBe(1 << bit);
      expect(openGrant(one, publicKey).methods).toEqual([method]);
    }
    expect(opened(body.with(AT.methods, 63)).methods).toEqual(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
    for (const bits of [64, 65, 255]) expect(() => opened(body.with(AT.methods, bits))).toThrow(odd);
  });

  it("A07 is refused where its issuer signed what says nothing, more than it may, or another tier", () => {
    expect(() => opened(body.with(AT.methods, 0))).toThrow(odd);
    expect(() => opened(concat(body.subarray(0, AT.maxUses), u32(0), body.subarray(AT.notAfter)))).toThrow(odd);
    expect(opened(concat(body.subarray(0, AT.maxUses), u32(1), body.subarray(AT.notAfter))).maxUses).toBe(1);
    expect(opened(body.with(AT.asks, 1)).asks).toBe(true);
    for (const asks of [2, 255]) expect(() => opened(body.with(AT.asks, asks))).toThrow(odd);
    expect(opened(body.with(AT.tier, 2))).toEqual({ ...grant, tier: "sealed" });
    for (const tier of [0, 3, 255]) expect(() => opened(body.with(AT.tier, tier))).toThrow(refused("crypto.suite"));
    expect(() => opened(body.with(AT.tier, 2).with(AT.asks, 1))).toThrow(odd); // nobody is there to ask
    expect(() => signGrant(grantOf(w, { tier: "sealed", asks: true }), secretKey)).toThrow(odd);
    for (const wrong of [concat(body, u8(0)), body.subarray(0, -1)]) expect(() => opened(wrong)).toThrow(odd);
    const sitesAt = 5 + 32 + 2 * 128 + 40 + 2 + "weather".length;
    const siteless = concat(
      body.subarray(0, sitesAt),
      u8(0),
      body.subarray(sitesAt + 3 + "https://api.weather.example".length),
    );
    expect(() => opened(siteless)).toThrow(odd);
    expect(() => openGrant(signStatement("grant-use", body, secretKey), publicKey)).toThrow(
      refused("crypto.signature"),
    );
  });

  it("hands its item over as the share of its own id", () => {
    expect(idBytes(shareIdOf(grant.grantId))).toEqual(idBytes(grant.grantId));
    expect(shareIdOf(grant.grantId)).toMatch(/^shr_/);
  });

  it("may name no fields, and ends when it says", () => {
    const bare = grantOf(w, { fields: [], notAfterMs: 0, asks: true, maxUses: 1 });
    expect(openGrant(signGrant(bare, secretKey), publicKey)).toEqual(bare);
  });

  it("is not written with a hash or nonce of another length", () => {
    const hashes = [{ bundleHash: new Uint8Array(31) }, { kemHash: new Uint8Array(33) }];
    for (const more of hashes) {
      for (const who of ["issuer", "subject"] as const)
        expect(() => signGrant(grantOf(w, { [who]: { ...grant[who], ...more } }), secretKey)).toThrow(
          refused("crypto.key"),
        );
    }
    expect(() => signGrant(grantOf(w, { nonce: new Uint8Array(15) }), secretKey)).toThrow(refused("crypto.key"));
  });
});

describe("a grant taken back", () => {
  const place = { grantId: w.grantId, tid: w.place.tid, issuer: w.place.uid };
  const ids = concat(utf8("OCGR"), u8(1), idBytes(place.grantId), idBytes(place.tid), idBytes(place.issuer));
  const revoked = (bytes: Uint8Array) => signStatement("grant-revocation", bytes, secretKey);

  it("is the one that is meant, at the time it says, by its issuer", () => {
    const bytes = signRevocation(place, w.nowMs, secretKey);
    expect(bytes).toEqual(revoked(concat(ids, u64(w.nowMs))));
    expect(openRevocation(bytes, place, publicKey)).toBe(w.nowMs);
    for (const more of [{ grantId: other.grantId }, { tid: other.place.tid }, { issuer: other.place.uid }])
      expect(() => openRevocation(bytes, { ...place, ...more }, publicKey)).toThrow(context);
    expect(() => openRevocation(bytes, place, w.other.sign.publicKey)).toThrow(refused("crypto.signature"));
    for (const wrong of [concat(ids, u64(1), u8(0)), concat(ids, u32(1))])
      expect(() => openRevocation(revoked(wrong), place, publicKey)).toThrow(odd);
  });
});

describe("a letter about a grant", () => {
  const place = { tid: w.place.tid, grantId: w.grantId, sender: w.place.uid, reader: w.otherId };
  const bytes = sealLetter(
    "grant-request",
    place,
    { sender: w.user.sign, recipient: w.other.kem.publicKey },
    w.bytes("t"),
  );
  const keys = { sender: publicKey, recipient: w.other.kem };

  it("is of one grant, between two people, and of one kind", () => {
    expect(openLetter("grant-request", place, keys, bytes)).toEqual(w.bytes("t"));
    const ids = [idBytes(place.tid), idBytes(place.grantId), idBytes(place.sender), idBytes(place.reader)];
    expect(openSealedTo({ purpose: "grant-request", context: concat(...ids), ...keys }, bytes)).toEqual(w.bytes("t"));
    const others = [
      { tid: other.place.tid },
      { grantId: other.grantId },
      { sender: w.otherId },
      { reader: w.place.uid },
    ];
    for (const more of others)
      expect(() => openLetter("grant-request", { ...place, ...more }, keys, bytes)).toThrow(context);
    expect(() => openLetter("grant-handed", place, keys, bytes)).toThrow(context);
  });

  it("hands over the grant as it was signed, its agent's key, and nothing else", () => {
    const signed = signGrant(grant, secretKey);
    const handed = writeHanded({ bytes: signed, issuerKem: w.agent.kem.publicKey });
    expect(handed).toEqual(concat(lengthPrefixed(signed), w.agent.kem.publicKey));
    expect(readHanded(handed, publicKey)).toEqual({ grant, bytes: signed, issuerKem: w.agent.kem.publicKey });
    for (const wrong of [concat(handed, u8(0)), handed.subarray(0, -1)])
      expect(() => readHanded(wrong, publicKey)).toThrow(odd);
    expect(() => readHanded(handed, w.other.sign.publicKey)).toThrow(refused("crypto.signature"));
  });
});

describe("a use of a grant", () => {
  const request = w.bytes("request", 40);
  const ids = [idBytes(grant.tid), idBytes(grant.grantId), idBytes(w.useId)];
  const where = concat(...ids, idBytes(grant.issuer.agentId), idBytes(grant.subject.agentId));
  const to = { recipient: w.agent.kem.publicKey, sender: w.otherAgent.sign };
  const open = (bytes: Uint8Array) => openCall(bytes, { grant, useId: w.useId, nowMs: w.nowMs }, w.agent.kem);
  const proofOf = (parts: Uint8Array[], by = w.otherAgent.sign.secretKey) =>
    signStatement("grant-use", concat(utf8("OCGU"), u8(1), ...parts), by);
  const usual = [
    idBytes(grant.grantId),
    idBytes(w.useId),
    sha256(request),
    w.bytes("nonce", 16),
    u64(w.nowMs + 60_000),
  ];
  const sealed = (proof: Uint8Array, kem: Uint8Array = w.otherAgent.kem.publicKey, asked = request) =>
    sealTo({ purpose: "grant-call", context: where, ...to }, concat(lengthPrefixed(proof), kem, asked));

  it("is written as its page says", () => {
    expect(open(sealed(proofOf(usual)))).toEqual({ request, answerTo: w.otherAgent.kem.publicKey });
    const call = sealCall({ grant, useId: w.useId, request, nowMs: w.nowMs }, w.otherAgent, w.agent.kem.publicKey);
    const parties = { recipient: w.agent.kem, sender: w.otherAgent.sign.publicKey };
    const inside = openSealedTo({ purpose: "grant-call", context: where, ...parties }, call);
    const proof = inside.subarray(2, 2 + 5 + 16 + 16 + 32 + 16 + 8 + 64);
    expect(proof.subarray(0, 69)).toEqual(proofOf(usual).subarray(0, 69));
    expect(proof.subarray(85, 93)).toEqual(u64(w.nowMs + 60_000));
    expect(inside).toEqual(concat(lengthPrefixed(proof), w.otherAgent.kem.publicKey, request));
    const again = sealCall({ grant, useId: w.useId, request, nowMs: w.nowMs }, w.otherAgent, w.agent.kem.publicKey);
    const nonceOf = (bytes: Uint8Array) =>
      openSealedTo({ purpose: "grant-call", context: where, ...parties }, bytes).subarray(71, 87);
    expect(nonceOf(again)).not.toEqual(nonceOf(call));
  });

  it("A07 is refused with a proof of another grant, use or request, by another agent, cut or longer, or for other keys", () => {
    const swaps: [number, Uint8Array][] = [
      [0, idBytes(other.grantId)],
      [1, idBytes(other.useId)],
      [2, sha256(w.bytes("other"))],
    ];
    for (const [at, value] of swaps) expect(() => open(sealed(proofOf(usual.with(at, value))))).toThrow(context);
    expect(() => open(sealed(proofOf(usual), w.otherAgent.kem.publicKey, w.bytes("other")))).toThrow(context);
    expect(() => open(sealed(proofOf(usual), w.agent.kem.publicKey))).toThrow(context);
    expect(() => open(sealed(proofOf(usual, w.agent.sign.secretKey)))).toThrow(refused("crypto.signature"));
    for (const proof of [proofOf([...usual, u8(0)]), proofOf(usual.slice(0, 4))])
      expect(() => open(sealed(proof))).toThrow(odd);
    for (const [expMs, at] of [
      [w.nowMs - 1, "past"],
      [w.nowMs + 70_001, "future"],
    ] as const)
      expect(() => open(sealed(proofOf(usual.with(4, u64(expMs))))), at).toThrow(refused("crypto.expired"));
    for (const expMs of [w.nowMs, w.nowMs + 70_000])
      expect(open(sealed(proofOf(usual.with(4, u64(expMs))))).request).toEqual(request);
  });

  it.each([
    ["tenant", { ...grant, tid: other.place.tid }],
    ["agent of the issuer", { ...grant, issuer: { ...grant.issuer, agentId: other.agentPlace.agentId } }],
    ["agent of the subject", { ...grant, subject: { ...grant.subject, agentId: other.otherAgentId } }],
  ])("is under no other %s, and nor is its answer", (_, elsewhere) => {
    const call = sealed(proofOf(usual));
    expect(() => openCall(call, { grant: elsewhere, useId: w.useId, nowMs: w.nowMs }, w.agent.kem)).toThrow(context);
    const place = { grant, useId: w.useId, call };
    const answer = sealAnswer(place, request, w.agent.sign, w.otherAgent.kem.publicKey);
    expect(openAnswer(answer, place, w.otherAgent.kem)).toEqual(request);
    expect(() => openAnswer(answer, { ...place, grant: elsewhere }, w.otherAgent.kem)).toThrow(context);
    expect(() => openAnswer(answer, { ...place, useId: other.useId }, w.otherAgent.kem)).toThrow(context);
  });
});
