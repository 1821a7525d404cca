import { gcm } from "@noble/ciphers/aes.js";
import { afterEach, describe, expect, it } from "vitest";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import {
  type KdfPurpose,
  kindOf,
  labelOf,
  listPurposes,
  type SealPurpose,
  type SignPurpose,
} from "#shared/crypto/encoding/purposes.ts";
import { cipherOf } from "#shared/crypto/primitives/aead.ts";
import { deriveBytes, deriveKey, mac } from "#shared/crypto/primitives/kdf.ts";
import { installProvider, nobleProvider } from "#shared/crypto/primitives/provider.ts";
import { deriveSignKeys, isSigned, sign } from "#shared/crypto/primitives/sign.ts";
import { openCommitted, sealCommitted } from "#shared/crypto/sealing/committed.ts";
import { openSealedTo, sealTo } from "#shared/crypto/sealing/sealed-to.ts";
import { nodeProvider } from "../../../agent/platform/node-provider.ts";
import { worldOf } from "./world.ts";

const world = worldOf(4);
const body = world.bytes("body");
const kdfPurposes = listPurposes().filter((purpose): purpose is KdfPurpose => kindOf(purpose) !== "sign");
const signPurposes = listPurposes().filter((purpose): purpose is SignPurpose => kindOf(purpose) !== "kdf");
const sealPurposes = listPurposes().filter((purpose): purpose is SealPurpose => kindOf(purpose) === "seal");
afterEach(() => installProvider({}));

describe("A08 purposes", () => {
  it("have each a label of their own, none the beginning of another", () => {
    const labels = listPurposes().map((purpose) => Buffer.from(labelOf(purpose)).toString("latin1"));
    expect(labels.length).toBeGreaterThan(25);
    for (const label of labels) {
      expect(label).toMatch(/^ocmt\/v1\/[a-z0-9-]+\0$/);
      expect(labels.filter((other) => other.startsWith(label))).toEqual([label]);
    }
  });

  it("separate signatures: n² pairs, only the same purpose verifies", () => {
    installProvider(nodeProvider);
    const { publicKey, secretKey } = deriveSignKeys(world.bytes("seed"));
    for (const made of signPurposes) {
      const signature = sign(made, body, secretKey);
      const accepted = signPurposes.filter((asked) => isSigned(asked, body, signature, publicKey));
      expect(accepted).toEqual([made]);
    }
  });

  it("separate envelopes: n² pairs, only the same purpose opens", () => {
    const header = world.bytes("header");
    for (const made of kdfPurposes) {
      const sealed = sealCommitted({ purpose: made, ikm: body, header }, body).subarray(header.length);
      for (const asked of kdfPurposes) {
        const open = () => openCommitted({ purpose: asked, ikm: body, header }, sealed);
        if (asked === made) expect(open()).toEqual(body);
        else expect(open, `${made} as ${asked}`).toThrow(expect.objectContaining({ code: "crypto.commitment" }));
      }
    }
  });

  it("separate derived keys and MACs", () => {
    const keys = kdfPurposes.map((purpose) => Buffer.from(deriveKey({ purpose, ikm: body })).toString("hex"));
    const macs = kdfPurposes.map((purpose) => Buffer.from(mac(purpose, asKey(body), body)).toString("hex"));
    expect(new Set([...keys, ...macs]).size).toBe(2 * kdfPurposes.length);
  });

  it("separate sealings to a public key: n² pairs", () => {
    const common = { context: body, sender: world.device.sign, recipient: world.agent.kem };
    for (const made of sealPurposes) {
      const sealed = sealTo({ ...common, purpose: made, recipient: world.agent.kem.publicKey }, body);
      for (const asked of sealPurposes) {
        const open = () => openSealedTo({ ...common, purpose: asked, sender: world.device.sign.publicKey }, sealed);
        if (asked === made) expect(open()).toEqual(body);
        else expect(open).toThrow(expect.objectContaining({ code: "crypto.context" }));
      }
    }
  });
});

/** A GCM ciphertext that opens under two keys: with one block free, GHASH is linear and can be solved for it. */
function makeTwoKeyCiphertext(keys: readonly [Uint8Array, Uint8Array], nonce: Uint8Array): Uint8Array {
  const [a, b] = keys.map((key) => ghashKeysOf(key, nonce)) as [GhashKeys, GhashKeys]; // two in, two out
  const length = 128n; // for one block c and no AAD: tag = c·H² ⊕ length·H ⊕ E(nonce ‖ 1)
  const right = multiply(length, a.h) ^ a.mask ^ multiply(length, b.h) ^ b.mask;
  const block = multiply(right, inverse(multiply(a.h, a.h) ^ multiply(b.h, b.h)));
  const tag = multiply(block, multiply(a.h, a.h)) ^ multiply(length, a.h) ^ a.mask;
  return concat(bytesOf(block), bytesOf(tag));
}

interface GhashKeys {
  readonly h: bigint;
  readonly mask: bigint;
}

/** Two tags tell both secrets: the tag of nothing is E(nonce ‖ 1), and that of one zero block of AAD adds (128 ‖ 0)·H. */
function ghashKeysOf(key: Uint8Array, nonce: Uint8Array): GhashKeys {
  const mask = numberOf(gcm(key, nonce).encrypt(new Uint8Array(0)));
  const tag = numberOf(gcm(key, nonce, new Uint8Array(16)).encrypt(new Uint8Array(0)));
  return { h: multiply(tag ^ mask, inverse(128n << 64n)), mask };
}

const numberOf = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
const bytesOf = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(32, "0"), "hex"));

/** GF(2^128) as GCM writes it: the first bit is the highest (SP 800-38D §6.3). */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n;
  let shifted = y;
  for (let i = 127n; i >= 0n; i--) {
    if ((x >> i) & 1n) product ^= shifted;
    shifted = shifted & 1n ? (shifted >> 1n) ^ (0xe1n << 120n) : shifted >> 1n;
  }
  return product;
}

/** x^(2^128 - 2) */
function inverse(x: bigint): bigint {
  let result = 1n << 127n;
  let power = x;
  for (let i = 1; i < 128; i++) {
    power = multiply(power, power);
    result = multiply(result, power);
  }
  return result;
}

describe("A05 a ciphertext made to open under two keys", () => {
  const keys = [asKey(world.bytes("key a")), asKey(world.bytes("key b"))] as const;
  const nonce = world.bytes("nonce", 12);
  const empty = new Uint8Array(0);

  it("exists for plain AES-256-GCM", () => {
    const forged = makeTwoKeyCiphertext(keys, nonce);
    const opened = keys.map((key) =>
      Buffer.from(cipherOf("aes-256-gcm", key).open(nonce, forged, empty)).toString("hex"),
    );
    expect(new Set(opened).size).toBe(2);
  });

  it("is refused by the envelope with the error of a wrong key, and nothing is decrypted", () => {
    const header = world.bytes("header");
    let opens = 0;
    const counting: typeof nobleProvider.cipher = (kind, key) => {
      const cipher = nobleProvider.cipher(kind, key);
      return {
        ...cipher,
        open(...args) {
          opens++;
          return cipher.open(...args);
        },
      };
    };
    installProvider({ cipher: counting });
    const [salt, partsOf] = [
      world.bytes("salt", 24),
      (ikm: Uint8Array) => deriveBytes({ purpose: "slot", ikm, salt: world.bytes("salt", 24), context: header }, 76),
    ];
    const derived = keys.map(partsOf);
    // The attacker may put either key's commitment; the other key then never reaches the cipher.
    for (const [mine, other] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const commit = derived[mine]?.subarray(44) ?? empty;
      const forged = concat(salt, commit, makeTwoKeyCiphertext(keys, nonce));
      const open = () => openCommitted({ purpose: "slot", ikm: keys[other], header }, forged);
      expect(open).toThrow(expect.objectContaining({ code: "crypto.commitment", message: WRONG_KEY }));
    }
    expect(opens).toBe(0);
    const honest = sealCommitted({ purpose: "slot", ikm: keys[0], header }, body).subarray(header.length);
    expect(() => openCommitted({ purpose: "slot", ikm: keys[1], header }, honest)).toThrow(WRONG_KEY);
    expect(opens).toBe(0);
    expect(openCommitted({ purpose: "slot", ikm: keys[0], header }, honest)).toEqual(body);
    expect(opens).toBe(1);
  });
});

const WRONG_KEY = "The key does not belong to this ciphertext.";
