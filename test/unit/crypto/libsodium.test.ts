import {
  createPublicKey,
  decapsulate as decapsulateNode,
  encapsulate as encapsulateNode,
  generateKeyPairSync,
} from "node:crypto";
import { x25519 } from "@noble/curves/ed25519.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import fc from "fast-check";
import sodium from "libsodium-wrappers-sumo";
import { describe, expect, it, vi } from "vitest";
import { concat, equalConstantTime as same, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { cipherOf } from "#shared/crypto/primitives/aead.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { mac } from "#shared/crypto/primitives/kdf.ts";
import { asKemPublicKey, decapsulate, deriveKemKeys, encapsulate } from "#shared/crypto/primitives/kem.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { deriveSignKeys, isSigned, sign } from "#shared/crypto/primitives/sign.ts";
import { often } from "#test/support/runs.ts";

await sodium.ready;
vi.setConfig({ testTimeout: 60_000 });
const bytes = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });
const runs = (usual: number) => ({ numRuns: often(usual) });
const refuses = (work: () => unknown): boolean => {
  try {
    work();
    return false;
  } catch {
    return true;
  }
};

/** libsodium has no AES without the processor's help, so that AES-256-GCM stays with OpenSSL: cross-library.test.ts. */
describe("A02 libsodium agrees", () => {
  const { crypto_aead_xchacha20poly1305_ietf_encrypt: seal, crypto_aead_xchacha20poly1305_ietf_decrypt: open } = sodium;

  it("XChaCha20-Poly1305: 10,000 inputs, each opened by the other, and an altered one by neither", () => {
    const agree = (raw: Uint8Array, nonce: Uint8Array, text: Uint8Array, aad: Uint8Array) => {
      const ours = cipherOf("xchacha20-poly1305", asKey(raw));
      const sealed = ours.seal(nonce, text, aad);
      const theirs = seal(text, aad, null, nonce, raw);
      const isOpened = same(open(null, sealed, aad, nonce, raw), text) && same(ours.open(nonce, theirs, aad), text);
      const altered = sealed.with(text.length >> 1, (sealed[text.length >> 1] ?? 0) ^ 1);
      const isRefused =
        refuses(() => ours.open(nonce, altered, aad)) && refuses(() => open(null, altered, aad, nonce, raw));
      return same(sealed, theirs) && isOpened && isRefused;
    };
    fc.assert(fc.property(bytes(32, 32), bytes(24, 24), bytes(300), bytes(80), agree), runs(10_000));
  });

  it("SHA-256 and HMAC: 10,000 inputs", () => {
    const agree = (a: Uint8Array, b: Uint8Array, raw: Uint8Array) => {
      const isSameHash = same(sha256(a, b), sodium.crypto_hash_sha256(concat(a, b)));
      const labelled = concat(utf8("ocmt/v1/slot-set\0"), a);
      return isSameHash && same(mac("slot-set", asKey(raw), a), sodium.crypto_auth_hmacsha256(labelled, raw));
    };
    fc.assert(fc.property(bytes(300), bytes(300), bytes(32, 32), agree), runs(10_000));
  });

  it("Ed25519: 1,000 keys, each signature verified by the other, and an altered one by neither", () => {
    const agree = (seed: Uint8Array, body: Uint8Array, at: number) => {
      const { publicKey, secretKey } = deriveSignKeys(seed);
      const theirs = sodium.crypto_sign_seed_keypair(seed);
      const message = concat(utf8("ocmt/v1/bundle\0"), sodium.crypto_hash_sha256(body)); // PROTOCOL §2, written out by hand
      const signature = sign("bundle", body, secretKey);
      const theirSignature = sodium.crypto_sign_detached(message, theirs.privateKey);
      const altered = signature.with(at, (signature[at] ?? 0) ^ 1);
      const verdicts = [
        same(publicKey, theirs.publicKey),
        same(signature, theirSignature),
        isSigned("bundle", body, theirSignature, publicKey),
        sodium.crypto_sign_verify_detached(signature, message, publicKey),
        !isSigned("bundle", body, altered, publicKey),
        !sodium.crypto_sign_verify_detached(altered, message, publicKey),
      ];
      return verdicts.every((isRight) => isRight);
    };
    fc.assert(fc.property(bytes(32, 32), bytes(200), fc.integer({ min: 0, max: 63 }), agree), runs(1000));
  });

  it("X25519: 1,000 pairs, one secret whichever side is whose; a point of small order gives neither one", () => {
    const agree = (a: Uint8Array, b: Uint8Array) => {
      const [ofA, ofB] = [x25519.getPublicKey(a), sodium.crypto_scalarmult_base(b)];
      const isSameKey = same(ofA, sodium.crypto_scalarmult_base(a)) && same(ofB, x25519.getPublicKey(b));
      return isSameKey && same(x25519.getSharedSecret(a, ofB), sodium.crypto_scalarmult(b, ofA));
    };
    fc.assert(fc.property(bytes(32, 32), bytes(32, 32), agree), runs(1000));
    for (const small of [new Uint8Array(32), new Uint8Array(32).with(0, 1)]) {
      expect(() => x25519.getSharedSecret(makeBytes(32), small)).toThrow();
      expect(() => sodium.crypto_scalarmult(makeBytes(32), small)).toThrow();
    }
  });
});

/** draft-connolly-cfrg-xwing-kem: SHAKE256(seed, 96) = ML-KEM seed 64 ‖ X25519 key 32; secret = SHA3-256(both ‖ ct ‖ pk ‖ label). */
describe("A02 X-Wing by hand", () => {
  const combined = (kem: Uint8Array, ecdh: Uint8Array, ciphertext: Uint8Array, publicKey: Uint8Array) =>
    sha3_256(concat(kem, ecdh, ciphertext, publicKey, utf8("\\.//^\\")));

  it("out of OpenSSL's ML-KEM-768 and libsodium's X25519: 100 keys, each way", () => {
    for (let i = 0; i < often(100); i++) {
      const seed = makeBytes(32);
      const { publicKey, secretKey } = deriveKemKeys(seed);
      const expanded = shake256(seed, { dkLen: 96 });
      const [latticePublic, curvePublic] = [publicKey.subarray(0, 1184), publicKey.subarray(1184)];
      const curveSecret = expanded.subarray(64);
      expect(sodium.crypto_scalarmult_base(curveSecret)).toEqual(Uint8Array.from(curvePublic));

      const ephemeral = makeBytes(32);
      const point = sodium.crypto_scalarmult_base(ephemeral);
      const theirs = encapsulateNode(
        createPublicKey({ key: Buffer.from(latticePublic), format: "raw-public", asymmetricKeyType: "ml-kem-768" }),
      );
      const ecdh = sodium.crypto_scalarmult(ephemeral, curvePublic);
      expect(decapsulate(concat(theirs.ciphertext, point), secretKey)).toEqual(
        combined(theirs.sharedKey, ecdh, point, curvePublic),
      );
    }
    for (let i = 0; i < often(100); i++) {
      const lattice = generateKeyPairSync("ml-kem-768");
      const curveSecret = makeBytes(32);
      const curvePublic = sodium.crypto_scalarmult_base(curveSecret);
      const latticePublic = Uint8Array.from(lattice.publicKey.export({ format: "raw-public" }));
      const { ciphertext, secret } = encapsulate(asKemPublicKey(concat(latticePublic, curvePublic)));
      const point = ciphertext.subarray(1088);
      const shared = Uint8Array.from(decapsulateNode(lattice.privateKey, ciphertext.subarray(0, 1088)));
      expect(combined(shared, sodium.crypto_scalarmult(curveSecret, point), point, curvePublic)).toEqual(
        Uint8Array.from(secret),
      );
    }
  });
});
