import { describe, expect, it } from "vitest";
import { demandInTime, openGrant, shareIdOf, signGrant } from "#shared/crypto/grants/grant.ts";
import { readHanded, writeHanded } from "#shared/crypto/grants/handed.ts";
import { openAnswer, openCall, sealAnswer, sealCall } from "#shared/crypto/grants/use.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import { idBytes } from "#shared/ids.ts";
import { grantOf } from "./grant-formats.ts";
import { worldOf } from "./world.ts";

const w = worldOf(7);
const grant = grantOf(w);
const request = w.bytes("request");
const call = sealCall({ grant, useId: w.useId, request, nowMs: w.nowMs }, w.otherAgent, w.agent.kem.publicKey);
const opened = (more: object = {}) => openCall(call, { grant, useId: w.useId, nowMs: w.nowMs, ...more }, w.agent.kem);
const refused = (code: string) => expect.objectContaining({ code });

describe("a use of a grant", () => {
  it("is good for a minute, and for none that is to come", () => {
    expect(opened({ nowMs: w.nowMs + 60_000 }).request).toEqual(request);
    expect(() => opened({ nowMs: w.nowMs + 60_001 })).toThrow(refused("crypto.expired"));
    expect(opened({ nowMs: w.nowMs - 10_000 }).answerTo).toEqual(w.otherAgent.kem.publicKey);
    expect(() => opened({ nowMs: w.nowMs - 10_001 })).toThrow(refused("crypto.expired"));
  });

  it("is of one grant, one id and one pair of agents", () => {
    const other = worldOf(8);
    const elsewhere = { ...grant, issuer: { ...grant.issuer, agentId: other.agentPlace.agentId } };
    for (const more of [
      { useId: other.useId },
      { grant: grantOf(w, { grantId: other.grantId }) },
      { grant: elsewhere },
    ])
      expect(() => opened(more)).toThrow(refused("crypto.context"));
  });

  it("is not taken from an agent whose keys are not the ones in the grant", () => {
    const signed = { ...grant.subject, signKey: w.device.sign.publicKey };
    expect(() => opened({ grant: { ...grant, subject: signed } })).toThrow(refused("crypto.context"));
    const sealed = { ...grant.subject, kemHash: w.bytes("another") };
    expect(() => opened({ grant: { ...grant, subject: sealed } })).toThrow(refused("crypto.context"));
  });

  it("is sealed to the issuer's agent alone", () => {
    const make = () =>
      sealCall({ grant, useId: w.useId, request, nowMs: w.nowMs }, w.otherAgent, w.other.kem.publicKey);
    expect(make).toThrow(refused("crypto.context"));
  });

  it("has an answer that no other use has", () => {
    const place = { grant, useId: w.useId, call };
    const answer = sealAnswer(place, request, w.agent.sign, w.otherAgent.kem.publicKey);
    expect(openAnswer(answer, place, w.otherAgent.kem)).toEqual(request);
    const other = { ...place, call: w.bytes("another call") };
    expect(() => openAnswer(answer, other, w.otherAgent.kem)).toThrow(refused("crypto.context"));
    const forged = sealAnswer(place, request, w.device.sign, w.otherAgent.kem.publicKey);
    expect(() => openAnswer(forged, place, w.otherAgent.kem)).toThrow(refused("crypto.context"));
  });
});

describe("a grant", () => {
  it("ends at its time, or not by itself", () => {
    expect(() => demandInTime(grant, grant.notAfterMs)).not.toThrow();
    expect(() => demandInTime(grant, grant.notAfterMs + 1)).toThrow(refused("crypto.expired"));
    expect(() => demandInTime({ notAfterMs: 0 }, Number.MAX_SAFE_INTEGER)).not.toThrow();
  });

  it.each([
    ["no use", { maxUses: 0 }],
    ["no method", { methods: [] }],
    ["no site", { sites: [] }],
    ["somebody to ask at each use, where the secret is handed over", { asks: true, tier: "sealed" as const }],
  ])("is not signed with %s", (_what, more) => {
    expect(() => signGrant(grantOf(w, more), w.user.sign.secretKey)).toThrow(refused("crypto.format"));
  });

  it("is of one of the two tiers, and in the sealed one nobody is asked", () => {
    const resigned = (change: (body: Uint8Array) => void) => {
      const body = signGrant(grant, w.user.sign.secretKey).slice(0, -64);
      change(body);
      return signStatement("grant", body, w.user.sign.secretKey);
    };
    const [asks, tier] = [-18, -17]; // before the nonce
    const put = (at: number, value: number) => (body: Uint8Array) => body.set([value], body.length + at);
    const open = (bytes: Uint8Array) => openGrant(bytes, w.user.sign.publicKey);
    expect([open(resigned(put(tier, 1))).tier, open(resigned(put(tier, 2))).tier]).toEqual(["live", "sealed"]);
    for (const other of [0, 3, 255]) expect(() => open(resigned(put(tier, other)))).toThrow(refused("crypto.suite"));
    const both = resigned((body) => body.set([1, 2], body.length + asks));
    expect(() => open(both)).toThrow(refused("crypto.format"));
  });

  it("hands over by a share of its own id, and of no other's", () => {
    expect(idBytes(shareIdOf(grant.grantId))).toEqual(idBytes(grant.grantId));
    expect(shareIdOf(grant.grantId)).not.toBe(shareIdOf(worldOf(8).grantId));
  });

  it("is signed by its issuer, and comes with the key of the agent that it names", () => {
    const bytes = signGrant(grant, w.user.sign.secretKey);
    expect(() => openGrant(bytes, w.other.sign.publicKey)).toThrow(refused("crypto.signature"));
    const handed = writeHanded({ bytes, issuerKem: w.other.kem.publicKey });
    expect(() => readHanded(handed, w.user.sign.publicKey)).toThrow(refused("crypto.context"));
  });
});
