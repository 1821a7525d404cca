import { describe, expect, it, vi } from "vitest";
import { openDeviceCert } from "#shared/crypto/account/device-cert.ts";
import { openAgentCert } from "#shared/crypto/agents/agent-cert.ts";
import { launchAttestor } from "#shared/crypto/agents/attestor.ts";
import { openLaunch } from "#shared/crypto/agents/launch.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { writeHeader } from "#shared/crypto/encoding/header.ts";
import type { SignPurpose } from "#shared/crypto/encoding/purposes.ts";
import { openGrant, signGrant } from "#shared/crypto/grants/grant.ts";
import {
  asSignPublicKey,
  isSigned,
  makeSignKeys,
  type SignPublicKey,
  sign,
  verify,
} from "#shared/crypto/primitives/sign.ts";
import { openShare } from "#shared/crypto/recovery/share.ts";
import { combineShares, splitKey } from "#shared/crypto/recovery/split.ts";
import { readSelfGen, readSelfName, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";
import { openStatement, signStatement } from "#shared/crypto/sealing/statement.ts";
import { isQuizPassed } from "#shared/crypto/slots/bip39.ts";
import { prfInputOf } from "#shared/crypto/slots/passkey-slot.ts";
import { idFromBytes } from "#shared/ids.ts";
import { often } from "#test/support/runs.ts";
import { bootClaimOf, FORMATS, launchOf, signLaunch } from "./formats.ts";
import { worldOf } from "./world.ts";

vi.setConfig({ testTimeout: 60_000 });
const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });

describe("a signature", () => {
  it("is refused of another length, under a key of another length, of another body, purpose or key", () => {
    const { publicKey, secretKey } = makeSignKeys();
    const body = alice.bytes("body");
    const signature = sign("bundle", body, secretKey);
    expect(isSigned("bundle", body, signature, publicKey)).toBe(true);
    expect(() => verify("bundle", body, signature, publicKey)).not.toThrow();
    const short = publicKey.subarray(1) as SignPublicKey; // what only a cast would let in
    const wrong = [
      isSigned("bundle", body, signature.subarray(1), publicKey),
      isSigned("bundle", body, concat(signature, Uint8Array.of(0)), publicKey),
      isSigned("bundle", body, signature, short),
      isSigned("bundle", body, signature, bob.user.sign.publicKey),
      isSigned("bundle", alice.bytes("other"), signature, publicKey),
      isSigned("manifest", body, signature, publicKey),
      isSigned("bundle", body, signature, new Uint8Array(32) as SignPublicKey),
    ];
    expect(wrong).toEqual(wrong.map(() => false));
    expect(() => verify("manifest", body, signature, publicKey)).toThrow(code("crypto.signature"));
    for (const size of [0, 31, 33])
      expect(() => asSignPublicKey(new Uint8Array(size).fill(9))).toThrow(code("crypto.key"));
    expect(() => sign("bundle", body, secretKey.subarray(1) as typeof secretKey)).toThrow(code("crypto.key"));
  });
});

describe("A04 a statement that its signer wrote wrong", () => {
  const root = alice.root.rootSign;
  const times = { nowMs: alice.nowMs };
  const openers: [SignPurpose, (bytes: Uint8Array) => unknown, keyof typeof FORMATS][] = [
    [
      "device-cert",
      (b) => openDeviceCert(b, { ...alice.place, rootKey: root.publicKey, ...times }),
      "device certificate",
    ],
    [
      "agent-cert",
      (b) => openAgentCert(b, { ...alice.agentPlace, rootKey: root.publicKey, ...times }),
      "agent certificate",
    ],
    ["grant", (b) => openGrant(b, root.publicKey), "grant"],
    ["key-share", (b) => openShare(b, root.publicKey), "key share"],
  ];

  it.each(openers)("is refused by name, though the signature holds: %s", async (purpose, open, format) => {
    const whole = await FORMATS[format].make(alice);
    const body = whole.subarray(0, -64);
    const wrong = (altered: Uint8Array) => signStatement(purpose, altered, root.secretKey);
    const strays: unknown[] = [];
    const look = (altered: Uint8Array) => {
      try {
        open(wrong(altered));
      } catch (error) {
        if (!(error instanceof CryptoError)) strays.push(error);
      }
    };
    const step = Math.max(1, Math.ceil(body.length / often(200)));
    for (let at = 5; at < body.length; at += step) {
      for (const byte of [0, 1, 0x80, 0xff]) look(body.with(at, byte));
      look(body.subarray(0, at));
      look(concat(body.subarray(0, at), Uint8Array.of(0xff), body.subarray(at)));
    }
    expect(strays).toEqual([]);
    expect(() => open(wrong(body.subarray(0, 5)))).toThrow(code("crypto.format"));
  });
});

describe("a signed statement", () => {
  const { publicKey, secretKey } = alice.user.sign;
  const body = concat(writeHeader("OCXX"), alice.bytes("body"));
  const whole = signStatement("bundle", body, secretKey);

  it("is read by whose it is, under its purpose and letters, and not where nothing is left of it", () => {
    expect(openStatement("bundle", "OCXX", whole, publicKey).rest()).toEqual(alice.bytes("body"));
    expect(() => openStatement("bundle", "OCXX", whole, bob.user.sign.publicKey)).toThrow(code("crypto.signature"));
    expect(() => openStatement("manifest", "OCXX", whole, publicKey)).toThrow(code("crypto.signature"));
    expect(() => openStatement("bundle", "OCXX", whole.with(9, 0), publicKey)).toThrow(code("crypto.signature"));
    expect(() => openStatement("bundle", "OCXY", whole.with(9, 0), publicKey)).toThrow(code("crypto.suite"));
    for (const size of [5, 40, 68])
      expect(() => openStatement("bundle", "OCXX", whole.subarray(0, size), publicKey)).toThrow(code("crypto.format"));
  });
});

describe("a launch", () => {
  it("is refused with a signature that is no pair of numbers of the curve", () => {
    const body = signLaunch(alice, launchOf(alice)).subarray(0, -64);
    for (const byte of [0, 0xff])
      expect(() => openLaunch(concat(body, new Uint8Array(64).fill(byte)), alice.launchKey)).toThrow(
        code("crypto.signature"),
      );
  });

  it("is taken of any task, nonce, definition and generation where none is expected", async () => {
    const proof = signLaunch(alice, launchOf(alice));
    const expected = { ...alice.agentPlace, imageDigest: alice.bytes("image"), nowMs: alice.nowMs };
    const attested = await launchAttestor(alice.launchKey).verify(proof, bootClaimOf(alice), expected);
    expect(attested).toMatchObject({ tier: "launch", signKey: alice.boot.sign.publicKey });
  });
});

describe("small things", () => {
  it("a blob sealed to oneself says which root it is under, and which thing it is", () => {
    const bytes = sealForSelf({ ...alice.root, urkGen: 7 }, { name: "x", version: 3 }, alice.bytes("text"));
    expect([readSelfGen(bytes), readSelfName(bytes)]).toEqual([7, "x"]);
    expect(() => readSelfName(bytes.subarray(0, 50))).toThrow(code("crypto.format"));
    expect(() => readSelfGen(bytes.subarray(0, 40))).toThrow(code("crypto.format"));
    expect(() => readSelfGen(bytes.with(4, 2))).toThrow(code("crypto.suite"));
  });

  it("a quiz with fewer answers than questions is not passed", () => {
    const phrase = "a b c d e f g h i j k l";
    expect(isQuizPassed(phrase, [0, 1], ["a"])).toBe(false);
    expect(isQuizPassed(phrase, [0, 1], ["a", "b", "c"])).toBe(false);
    expect(isQuizPassed(phrase, [0, 1], [" A ", "b"])).toBe(true);
  });

  it("what is asked of an authenticator is another for every person", () => {
    expect(prfInputOf(alice.place.uid)).toHaveLength(32);
    expect(prfInputOf(alice.place.uid)).not.toEqual(prfInputOf(bob.place.uid));
  });

  it("a grant says whether its issuer is asked each time", async () => {
    const grant = openGrant(await FORMATS.grant.make(alice), alice.user.sign.publicKey);
    for (const asks of [true, false]) {
      const bytes = signGrant({ ...grant, asks }, alice.user.sign.secretKey);
      expect(openGrant(bytes, alice.user.sign.publicKey)).toEqual({ ...grant, asks });
    }
  });

  it("a share of a purpose that is not known is refused, and what is no share at all is no share of a set", async () => {
    const set = { purpose: "recovery", setId: idFromBytes("shareSet", alice.bytes("set", 16)) } as const;
    const place = { ...set, threshold: 2, count: 3, ownerFingerprint: alice.bytes("owner") };
    const { sign: signer } = alice.user;
    const made = await splitKey(alice.urk, { ...place, signer: signer.secretKey });
    const [first = new Uint8Array(0)] = made.shares;
    const odd = signStatement("key-share", first.subarray(0, -64).with(5, 9), signer.secretKey);
    expect(() => openShare(odd, signer.publicKey)).toThrow(code("crypto.share"));
    const header = signStatement("key-share", writeHeader("OCS1"), signer.secretKey);
    expect(() => openShare(header, signer.publicKey)).toThrow(code("crypto.format"));
    const broken = "not bytes" as unknown as Uint8Array; // an error of ours is none of theirs, and is not hidden among them
    await expect(combineShares([first, broken], made.set, signer.publicKey)).rejects.toThrow(TypeError);
    expect((await combineShares(made.shares, made.set, signer.publicKey)).key).toEqual(alice.urk);
  });
});
