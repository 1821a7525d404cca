import {
  createHash,
  decapsulate as decapsulateNode,
  encapsulate as encapsulateNode,
  generateKeyPairSync,
  hkdfSync,
} from "node:crypto";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 as sha256Noble } from "@noble/hashes/sha2.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { equalConstantTime, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { labelOf } from "#shared/crypto/encoding/purposes.ts";
import { NONCE_BYTES } from "#shared/crypto/primitives/aead.ts";
import { hkdf } from "#shared/crypto/primitives/kdf.ts";
import { type AeadKind, nobleProvider } from "#shared/crypto/primitives/provider.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { deriveSignKeys, isSigned, sign } from "#shared/crypto/primitives/sign.ts";
import { often } from "#test/support/runs.ts";
import { nodeProvider } from "../../../agent/platform/node-provider.ts";

/**
 * The same bytes from noble, node:crypto and WebCrypto. OpenSSL stands behind both of the latter here; the third implementation is
 * libsodium (libsodium.test.ts). The counts are in the titles; the slow ones are smaller.
 */
const bytes = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });
const key = bytes(32, 32);
const same = (a: Uint8Array, b: Uint8Array) => equalConstantTime(a, b);
vi.setConfig({ testTimeout: 60_000 });
const runs = (usual: number) => ({ numRuns: often(usual) });

describe("A02 noble and node agree", () => {
  it.each<AeadKind>(["aes-256-gcm", "xchacha20-poly1305"])("%s: 10,000 inputs, each opened by the other", (kind) => {
    const nonce = bytes(NONCE_BYTES[kind], NONCE_BYTES[kind]);
    const agree = (k: Uint8Array, n: Uint8Array, text: Uint8Array, aad: Uint8Array) => {
      const [noble, node] = [nobleProvider.cipher(kind, k), nodeProvider.cipher(kind, k)];
      const sealed = noble.seal(n, text, aad);
      return same(sealed, node.seal(n, text, aad)) && same(node.open(n, sealed, aad), noble.open(n, sealed, aad));
    };
    fc.assert(fc.property(key, nonce, bytes(300), bytes(80), agree), runs(10_000));
  });

  it("SHA-256 in pieces: 10,000 inputs", () => {
    const agree = (a: Uint8Array, b: Uint8Array) => {
      const hashes = [nobleProvider, nodeProvider].map((provider) => {
        const hash = provider.startHash();
        hash.update(a);
        hash.update(b);
        return hash.digest();
      });
      const once = createHash("sha256").update(a).update(b).digest();
      return hashes.every((hash) => same(hash, once));
    };
    fc.assert(fc.property(bytes(300), bytes(300), agree), runs(10_000));
  });

  it("HKDF and HMAC with SHA-256: 10,000 inputs", () => {
    const agree = (ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, size: number) =>
      same(hkdf(ikm, salt, info, size), new Uint8Array(hkdfSync("sha256", ikm, salt, info, size)));
    fc.assert(fc.property(bytes(64), bytes(64), bytes(100), fc.integer({ min: 1, max: 200 }), agree), runs(10_000));
  });

  it("Ed25519: 1,000 inputs, each verified by the other, and an altered one by neither", () => {
    const agree = (seed: Uint8Array, message: Uint8Array) => {
      const { publicKey } = deriveSignKeys(seed);
      const signature = nobleProvider.sign(message, seed);
      const altered = Uint8Array.from(signature, (byte, i) => (i === 40 ? byte ^ 1 : byte));
      const verdicts = [nobleProvider, nodeProvider].flatMap((provider) => [
        provider.verify(signature, message, publicKey),
        !provider.verify(altered, message, publicKey),
      ]);
      const isSameKey = same(publicKey, nodeProvider.publicKeyOf(seed));
      return isSameKey && same(signature, nodeProvider.sign(message, seed)) && verdicts.every((isRight) => isRight);
    };
    fc.assert(fc.property(key, bytes(200), agree), runs(1000));
  });

  it("ML-KEM-768, the half of X-Wing that is new: 100 keys, each way", () => {
    for (let i = 0; i < often(100); i++) {
      const pair = generateKeyPairSync("ml-kem-768");
      const raw = pair.publicKey.export({ format: "raw-public" });
      const forNode = ml_kem768.encapsulate(Uint8Array.from(raw), makeBytes(32));
      expect(same(Uint8Array.from(decapsulateNode(pair.privateKey, forNode.cipherText)), forNode.sharedSecret)).toBe(
        true,
      );
      const seed = Uint8Array.from(pair.privateKey.export({ format: "raw-seed" }));
      const { ciphertext, sharedKey } = encapsulateNode(pair.publicKey);
      const opened = ml_kem768.decapsulate(Uint8Array.from(ciphertext), ml_kem768.keygen(seed).secretKey);
      expect(same(opened, Uint8Array.from(sharedKey))).toBe(true);
    }
  });
});

describe("A02 WebCrypto agrees", () => {
  it("AES-256-GCM, HMAC and Ed25519: 1,000 inputs each", async () => {
    for (let i = 0; i < often(); i++) {
      const [raw, iv, text, aad] = [makeBytes(32), makeBytes(12), makeBytes(1 + (i % 200)), makeBytes(1 + (i % 50))];
      const aes = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
      const sealed = await crypto.subtle.encrypt(
        { name: "AES-GCM", iv, additionalData: aad, tagLength: 128 },
        aes,
        text,
      );
      expect(same(new Uint8Array(sealed), nobleProvider.cipher("aes-256-gcm", raw).seal(iv, text, aad))).toBe(true);
      const hash = { name: "HMAC", hash: "SHA-256" };
      const macKey = await crypto.subtle.importKey("raw", raw, hash, false, ["sign"]);
      const tag = await crypto.subtle.sign("HMAC", macKey, text);
      expect(same(new Uint8Array(tag), hmac(sha256Noble, raw, text))).toBe(true);
    }
    for (let i = 0; i < often(); i++) {
      const { publicKey, secretKey } = deriveSignKeys(makeBytes(32));
      const body = makeBytes(50);
      const signature = sign("bundle", body, secretKey);
      const digest = createHash("sha256").update(body).digest();
      const message = Buffer.concat([utf8("ocmt/v1/bundle"), Uint8Array.of(0), digest]); // PROTOCOL §2, written out by hand
      const webKey = await crypto.subtle.importKey("raw", Uint8Array.from(publicKey), "Ed25519", false, ["verify"]);
      expect(await crypto.subtle.verify("Ed25519", webKey, Uint8Array.from(signature), message)).toBe(true);
      expect(isSigned("bundle", body, signature, publicKey)).toBe(true);
    }
  });
});

it("A08 a label is the purpose between a fixed beginning and a zero byte", () => {
  expect(Buffer.from(labelOf("agent-cert")).toString("latin1")).toBe("ocmt/v1/agent-cert\0");
});
