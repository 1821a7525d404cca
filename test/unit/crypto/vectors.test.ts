import { inflateSync } from "node:zlib";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, hexToBytes } from "@noble/hashes/utils.js";
import { ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { mnemonicToEntropy } from "@scure/bip39";
import { wordlist } from "@scure/bip39/wordlists/english.js";
import { entropyToMnemonic } from "bip39";
import { describe, expect, it, vi } from "vitest";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { type AeadKind, cipherOf } from "#shared/crypto/primitives/aead.ts";
import { hkdf } from "#shared/crypto/primitives/kdf.ts";
import { nobleProvider } from "#shared/crypto/primitives/provider.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { openChunked } from "#shared/crypto/sealing/chunked.ts";
import { nodeProvider } from "../../../agent/platform/node-provider.ts";
import { collect } from "./formats.ts";
import { attempt, HAS_VECTORS, readText, readVectors, type Vector } from "./vector-files.ts";

vi.setConfig({ testTimeout: 60_000 });

/** The ids of vectors on which we differ from the published result. It must be empty: a new accept fails, as does a new refusal. */
const differing = (vectors: Vector[], isRight: (vector: Vector) => boolean) =>
  vectors.filter((vector) => !isRight(vector)).map(({ tcId }) => tcId);

function isAeadRight(kind: AeadKind, vector: Vector): boolean {
  const [nonce, aad, message] = [vector.bytes("iv"), vector.bytes("aad"), vector.bytes("msg")];
  const sealed = concat(vector.bytes("ct"), vector.bytes("tag"));
  const opened = attempt(() => cipherOf(kind, asKey(vector.bytes("key"))).open(nonce, sealed, aad));
  if (vector.result === "invalid") return opened === undefined;
  const again = cipherOf(kind, asKey(vector.bytes("key"))).seal(nonce, message, aad);
  return opened !== undefined && bytesToHex(opened) === bytesToHex(message) && bytesToHex(again) === bytesToHex(sealed);
}

describe.skipIf(!HAS_VECTORS)("A01 public vectors", () => {
  it("AES-256-GCM: 66 of 66 with a nonce of 12 and a tag of 16 bytes", () => {
    const all = readVectors("aes_gcm");
    const ours = all.filter(
      ({ group }) => group["keySize"] === 256 && group["ivSize"] === 96 && group["tagSize"] === 128,
    );
    expect(ours).toHaveLength(66);
    expect(differing(ours, (vector) => isAeadRight("aes-256-gcm", vector))).toEqual([]);
    const others = all.filter((vector) => !ours.includes(vector));
    expect(others).toHaveLength(250);
    for (const { bytes } of others) {
      const sealed = concat(bytes("ct"), bytes("tag"));
      expect(() => cipherOf("aes-256-gcm", asKey(bytes("key"))).open(bytes("iv"), sealed, bytes("aad"))).toThrow();
    }
  });

  it("XChaCha20-Poly1305: 315 of 315", () => {
    const vectors = readVectors("xchacha20_poly1305");
    expect(vectors).toHaveLength(315);
    expect(differing(vectors, (vector) => isAeadRight("xchacha20-poly1305", vector))).toEqual([]);
  });

  it("ChaCha20-Poly1305, under which XChaCha runs: 325 of 325", () => {
    const vectors = readVectors("chacha20_poly1305");
    expect(vectors).toHaveLength(325);
    const isRight = ({ bytes, result }: Vector) => {
      const sealed = concat(bytes("ct"), bytes("tag"));
      const opened = attempt(() => chacha20poly1305(bytes("key"), bytes("iv"), bytes("aad")).decrypt(sealed));
      return (opened && bytesToHex(opened)) === (result === "valid" ? bytesToHex(bytes("msg")) : undefined);
    };
    expect(differing(vectors, isRight)).toEqual([]);
  });

  it("X25519: 518 of 518, and every shared secret of zeros refused", () => {
    const vectors = readVectors("x25519");
    expect(vectors).toHaveLength(518);
    const isRight = ({ bytes }: Vector) => {
      const shared = attempt(() => x25519.getSharedSecret(bytes("private"), bytes("public")));
      const isZero = bytes("shared").every((byte) => byte === 0);
      return (shared && bytesToHex(shared)) === (isZero ? undefined : bytesToHex(bytes("shared")));
    };
    expect(differing(vectors, isRight)).toEqual([]);
    expect(vectors.filter(({ bytes }) => bytes("shared").every((byte) => byte === 0)).length).toBeGreaterThan(10);
  });

  it.each([
    ["noble", nobleProvider],
    ["node", nodeProvider],
  ])("Ed25519 by %s, strict: 151 of 151", (_name, provider) => {
    const vectors = readVectors("ed25519");
    expect(vectors).toHaveLength(151);
    const isRight = ({ bytes, group, result }: Vector) => {
      const publicKey = asSignPublicKey(hexToBytes(String((group["publicKey"] as Record<string, unknown>)["pk"])));
      const isSized = bytes("sig").length === 64; // sign.ts asks this before any provider
      return (isSized && provider.verify(bytes("sig"), bytes("msg"), publicKey)) === (result === "valid");
    };
    expect(differing(vectors, isRight)).toEqual([]);
    expect(vectors.filter(({ result }) => result === "valid")).toHaveLength(88);
  });

  it("HKDF-SHA256: 86 of 86", () => {
    const vectors = readVectors("hkdf_sha256");
    expect(vectors).toHaveLength(86);
    const isRight = ({ bytes, fields, result }: Vector) => {
      const okm = attempt(() => hkdf(bytes("ikm"), bytes("salt"), bytes("info"), Number(fields["size"])));
      return (okm && bytesToHex(okm)) === (result === "valid" ? String(fields["okm"]) : undefined);
    };
    expect(differing(vectors, isRight)).toEqual([]);
  });

  it("HMAC-SHA256: 174 of 174", () => {
    const vectors = readVectors("hmac_sha256");
    expect(vectors).toHaveLength(174);
    const isRight = ({ bytes, group, result }: Vector) => {
      const tag = hmac(sha256, bytes("key"), bytes("msg")).subarray(0, Number(group["tagSize"]) / 8);
      return (bytesToHex(tag) === bytesToHex(bytes("tag"))) === (result === "valid");
    };
    expect(differing(vectors, isRight)).toEqual([]);
  });

  it("ML-KEM-768: 193 of 193 to open, 265 of 265 to encapsulate", () => {
    const opening = readVectors("mlkem_768");
    expect(opening).toHaveLength(193);
    const isOpened = ({ bytes, fields, result }: Vector) => {
      const secret = attempt(() => ml_kem768.decapsulate(bytes("c"), ml_kem768.keygen(bytes("seed")).secretKey));
      return (secret && bytesToHex(secret)) === (result === "valid" ? String(fields["K"]) : undefined);
    };
    expect(differing(opening, isOpened)).toEqual([]);
    const sealing = readVectors("mlkem_768_encaps");
    expect(sealing).toHaveLength(265);
    const isSealed = ({ bytes, fields, result }: Vector) => {
      const made = attempt(() => ml_kem768.encapsulate(bytes("ek"), bytes("m")));
      const wanted = result === "valid" ? `${fields["c"]} ${fields["K"]}` : undefined;
      return (made && `${bytesToHex(made.cipherText)} ${bytesToHex(made.sharedSecret)}`) === wanted;
    };
    expect(differing(sealing, isSealed)).toEqual([]);
  });

  it("C2SP chunked encryption with AES-256-GCM: 35 of 35", async () => {
    const vectors = readVectors("c2sp_chunked_encryption_aes_256_gcm");
    expect(vectors).toHaveLength(35);
    const wrong: number[] = [];
    for (const { tcId, bytes, fields, result } of vectors) {
      const sealed = inflateSync(bytes("ct"));
      const chunked = () => ({ kind: "aes-256-gcm", key: asKey(bytes("key")), context: bytes("ctx") }) as const;
      const opened = await collectOrRefuse(() => openChunked(chunked(), [sealed]));
      const sha512 = opened && (await crypto.subtle.digest("SHA-512", Uint8Array.from(opened)));
      const wanted = result === "valid" ? String(fields["msgSha512"]) : undefined;
      if ((sha512 && bytesToHex(new Uint8Array(sha512))) !== wanted) wrong.push(tcId);
    }
    expect(wrong).toEqual([]);
  });

  it("BIP39 English: 24 of 24, as the bip39 package has them too", () => {
    const { english } = JSON.parse(readText("bip39_trezor")) as { english: [string, string][] };
    expect(english).toHaveLength(24);
    for (const [entropy, words] of english) {
      expect(bytesToHex(mnemonicToEntropy(words, wordlist))).toBe(entropy);
      expect(entropyToMnemonic(entropy)).toBe(words);
    }
  });
});

it("A01 an Ed25519 key of small order, or written with y ≥ p, is no key", () => {
  const weak = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
  ];
  for (const key of weak) expect(() => asSignPublicKey(hexToBytes(key)), key).toThrow();
  for (const small of weak.slice(3, 6)) {
    expect(ed25519.Point.fromHex(small).isSmallOrder(), small).toBe(true); // the table says what noble says
  }
});

async function collectOrRefuse(open: () => AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return await collect(open());
  } catch {
    return undefined;
  }
}
