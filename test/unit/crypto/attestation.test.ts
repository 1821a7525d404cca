import { createSign, createVerify, generateKeyPairSync } from "node:crypto";
import { p256 } from "@noble/curves/nist.js";
import { describe, expect, it } from "vitest";
import {
  type BootClaim,
  bootUserData,
  type LaunchExpectation,
  launchAttestor,
  nitroAttestor,
} from "#shared/crypto/agents/attestor.ts";
import {
  asLaunchKey,
  type Launch,
  launchMessage,
  openLaunch,
  rawSignatureOf,
  writeLaunch,
} from "#shared/crypto/agents/launch.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { type FakeClaims, makeFakeNitro, readFakeNitro } from "#test/support/fake-nitro.ts";
import { often, STRIDE } from "#test/support/runs.ts";
import { bootClaimOf, launchOf, signLaunch } from "./formats.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const boot = bootClaimOf(alice);
const expected: LaunchExpectation = {
  agentId: alice.agentPlace.agentId,
  nonce: alice.bytes("nonce"),
  imageDigest: alice.bytes("image"),
  nowMs: alice.nowMs,
  taskId: alice.taskId,
  generationMin: 5,
  taskDefinitionHash: alice.bytes("definition"),
};

describe("B25 launch statement", () => {
  const attestor = launchAttestor(alice.launchKey);
  const proof = signLaunch(alice, launchOf(alice));

  it("vouches for the boot keys it names", async () => {
    const keys = await attestor.verify(proof, boot, expected);
    expect(keys).toEqual({ ...boot, tier: "launch", proofHash: sha256(proof) });
    expect(openLaunch(proof, alice.launchKey)).toEqual(launchOf(alice));
    expect(launchAttestor(alice.launchKey).tier).toBe("launch");
  });

  it.each<[string, string, Partial<Launch>]>([
    ["another agent", "crypto.context", { agentId: bob.agentPlace.agentId }],
    ["another task", "crypto.context", { taskId: bob.taskId }],
    ["an earlier start", "crypto.rollback", { generation: 4 }],
    ["another image", "crypto.image", { imageDigest: bob.bytes("image") }],
    ["another task definition", "crypto.attestation", { taskDefinitionHash: bob.bytes("definition") }],
    ["an old nonce", "crypto.attestation", { nonce: bob.bytes("nonce") }],
    ["another boot signing key", "crypto.attestation", { bootSignKey: bob.boot.sign.publicKey }],
    ["another boot sealing key", "crypto.attestation", { bootKemKeyHash: bob.bytes("kem") }],
  ])("about %s is refused", async (_what, wanted, more) => {
    const other = signLaunch(alice, { ...launchOf(alice), ...more });
    await expect(attestor.verify(other, boot, expected)).rejects.toThrow(code(wanted));
  });

  it.each<[string, Partial<BootClaim>]>([
    ["signing", { signKey: bob.boot.sign.publicKey }],
    ["sealing", { kemKey: bob.boot.kem.publicKey }],
  ])("does not vouch for a boot %s key the relay put in its place", async (_which, more) => {
    await expect(attestor.verify(proof, { ...boot, ...more }, expected)).rejects.toThrow(code("crypto.attestation"));
  });

  it("is refused when signed by another key or over another message", async () => {
    const forged = signLaunch(bob, launchOf(alice));
    await expect(attestor.verify(forged, boot, expected)).rejects.toThrow(code("crypto.signature"));
    const body = writeLaunch(launchOf(alice));
    const unlabelled = concat(body, p256.sign(body, alice.launchSecret));
    await expect(attestor.verify(unlabelled, boot, expected)).rejects.toThrow(code("crypto.signature"));
    const zeros = concat(body, new Uint8Array(64));
    await expect(attestor.verify(zeros, boot, expected)).rejects.toThrow(code("crypto.signature"));
  });

  it("is signed by KMS in DER, and read as r ‖ s; OpenSSL agrees on both", () => {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const spki = Uint8Array.from(pair.publicKey.export({ format: "der", type: "spki" }));
    const body = writeLaunch(launchOf(alice));
    for (let i = 0; i < often(50); i++) {
      const der = createSign("sha256").update(launchMessage(body)).sign(pair.privateKey); // half of these have a high s
      const bytes = concat(body, rawSignatureOf(Uint8Array.from(der)));
      expect(openLaunch(bytes, asLaunchKey(spki)).agentId).toBe(alice.agentPlace.agentId);
    }
    const raw = signLaunch(alice, launchOf(alice)).subarray(body.length);
    const { r, s } = p256.Signature.fromBytes(raw, "compact");
    const other = new p256.Signature(r, p256.Point.Fn.neg(s)).toBytes("compact"); // the same with the other of both s
    expect(openLaunch(concat(body, other), alice.launchKey)).toEqual(launchOf(alice));
    const jwk = { kty: "EC", crv: "P-256", ...pointOf(alice.launchKey) };
    const checker = createVerify("sha256").update(launchMessage(body));
    expect(checker.verify({ key: jwk, format: "jwk", dsaEncoding: "ieee-p1363" }, raw)).toBe(true);
  });

  it("A07 takes a public key only as SPKI of P-256 or as the point itself", () => {
    const spki = generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "der", type: "spki" });
    expect(asLaunchKey(Uint8Array.from(spki))).toHaveLength(65);
    const other = generateKeyPairSync("ec", { namedCurve: "secp256k1" }).publicKey.export({
      format: "der",
      type: "spki",
    });
    const bad = [
      Uint8Array.from(other),
      concat(Uint8Array.from(spki), Uint8Array.of(0)),
      Uint8Array.from(spki).subarray(1),
      Uint8Array.from(spki).with(5, 0),
      Uint8Array.from(spki).with(26, 5),
      p256.getPublicKey(alice.launchSecret, true),
      concat(Uint8Array.of(4), new Uint8Array(64).fill(1)),
      new Uint8Array(0),
    ];
    for (const key of bad) expect(() => asLaunchKey(key)).toThrow(code("crypto.key"));
    for (const der of [new Uint8Array(0), new Uint8Array(72).fill(48), alice.bytes("der")]) {
      expect(() => rawSignatureOf(der)).toThrow(code("crypto.format"));
    }
  });
});

describe("B25 Nitro document", () => {
  const maker = makeFakeNitro();
  const pcr0 = concat(alice.bytes("pcr a"), alice.bytes("pcr b", 16));
  const attestor = nitroAttestor(readFakeNitro, { rootHash: maker.rootHash, pcrs: new Map([[0, pcr0]]) });
  const good: FakeClaims = {
    issuedAtMs: alice.nowMs - 1000,
    nonce: alice.bytes("nonce"),
    userData: bootUserData(alice.agentPlace.agentId, boot),
    pcr0,
    notBeforeMs: alice.nowMs - 60_000,
    notAfterMs: alice.nowMs + 60_000,
  };

  it("vouches for the boot keys measured into it", async () => {
    const document = maker.makeDocument(good);
    expect(nitroAttestor(readFakeNitro, { rootHash: maker.rootHash, pcrs: new Map() }).tier).toBe("nitro");
    expect(await attestor.verify(document, boot, expected)).toEqual({
      ...boot,
      tier: "nitro",
      proofHash: sha256(document),
    });
  });

  it.each<[string, string, Partial<FakeClaims>]>([
    ["a wrong PCR", "crypto.attestation", { pcr0: new Uint8Array(48) }],
    ["an old nonce", "crypto.attestation", { nonce: bob.bytes("nonce") }],
    ["an expired certificate", "crypto.expired", { notAfterMs: alice.nowMs - 1 }],
    ["a certificate that is not valid yet", "crypto.expired", { notBeforeMs: alice.nowMs + 1 }],
    ["a document older than five minutes", "crypto.expired", { issuedAtMs: alice.nowMs - 300_001 }],
    ["a document from the future", "crypto.expired", { issuedAtMs: alice.nowMs + 300_001 }],
    ["other boot keys", "crypto.attestation", { userData: bob.bytes("user data") }],
    ["another agent", "crypto.attestation", { userData: bootUserData(bob.agentPlace.agentId, boot) }],
  ])("with %s is refused", async (_what, wanted, more) => {
    await expect(attestor.verify(maker.makeDocument({ ...good, ...more }), boot, expected)).rejects.toThrow(
      code(wanted),
    );
  });

  it("under a self-signed root is refused", async () => {
    const document = makeFakeNitro().makeDocument(good);
    await expect(attestor.verify(document, boot, expected)).rejects.toThrow(code("crypto.attestation"));
  });

  it("is refused with any byte changed", async () => {
    const document = maker.makeDocument(good);
    for (let i = 0; i < document.length; i += 3 * STRIDE) {
      const altered = Uint8Array.from(document, (byte, at) => (at === i ? byte ^ 1 : byte));
      await expect(attestor.verify(altered, boot, expected), `byte ${i}`).rejects.toThrow(code("crypto.attestation"));
    }
  });

  it("says nothing under a policy which measures nothing, or a register the document lacks", async () => {
    for (const pcrs of [
      new Map(),
      new Map([
        [0, pcr0],
        [1, pcr0],
      ]),
    ]) {
      const lax = nitroAttestor(readFakeNitro, { rootHash: maker.rootHash, pcrs });
      await expect(lax.verify(maker.makeDocument(good), boot, expected)).rejects.toThrow(code("crypto.attestation"));
    }
  });
});

const pointOf = (point: Uint8Array) => ({
  x: Buffer.from(point.subarray(1, 33)).toString("base64url"),
  y: Buffer.from(point.subarray(33)).toString("base64url"),
});
