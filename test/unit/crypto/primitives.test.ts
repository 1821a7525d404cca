import { ed25519 } from "@noble/curves/ed25519.js";
import { sha512 } from "@noble/hashes/sha2.js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { concat, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { asKemPublicKey, decapsulate, encapsulate, makeKemKeys } from "#shared/crypto/primitives/kem.ts";
import { installProvider, nobleProvider, provider } from "#shared/crypto/primitives/provider.ts";
import { makeBytes } from "#shared/crypto/primitives/random.ts";
import { deriveSignKeys, isSigned, sign, verify } from "#shared/crypto/primitives/sign.ts";
import { nodeProvider } from "../../../agent/platform/node-provider.ts";
import { worldOf } from "./world.ts";

const world = worldOf(1);
const code = (value: string) => expect.objectContaining({ code: value });
afterEach(() => {
  installProvider({});
  vi.restoreAllMocks();
});

describe("drawing bytes", () => {
  const generator = (fill: (bytes: Uint8Array) => void) => {
    const sizes: number[] = [];
    vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation((into) => {
      const bytes = into as unknown as Uint8Array; // all that we ever pass
      sizes.push(bytes.length);
      fill(bytes);
      return into;
    });
    return sizes;
  };

  it("is of one byte or more, a whole number of them", () => {
    for (const size of [1, 15, 16, 65_536, 65_537]) expect(makeBytes(size)).toHaveLength(size);
    for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => makeBytes(size)).toThrow(code("crypto.rng"));
  });

  it("asks for no more at once than a generator gives, and for each byte once", () => {
    const sizes = generator((bytes) => bytes.fill(7));
    expect(makeBytes(140_000)).toEqual(new Uint8Array(140_000).fill(7));
    expect(sizes).toEqual([65_536, 65_536, 140_000 - 131_072]);
  });

  it("is refused where the last sixteen bytes are zeros, and not for fifteen", () => {
    generator((bytes) => bytes.fill(7, 0, Math.max(0, bytes.length - 16)));
    for (const size of [16, 17, 32]) expect(() => makeBytes(size)).toThrow(code("crypto.rng"));
    expect(makeBytes(15)).toEqual(new Uint8Array(15));
    vi.restoreAllMocks();
    generator((bytes) => bytes.fill(7, 0, bytes.length - 15));
    expect(makeBytes(32).subarray(17)).toEqual(new Uint8Array(15));
  });
});

describe("X-Wing", () => {
  it("says of what it refuses why the library did", () => {
    const { publicKey, secretKey } = makeKemKeys();
    const cause = expect.any(Error);
    expect(() => encapsulate(asKemPublicKey(new Uint8Array(1216).fill(255)))).toThrow(
      expect.objectContaining({ code: "crypto.key", cause }),
    );
    const small = concat(encapsulate(publicKey).ciphertext.subarray(0, 1088), new Uint8Array(32));
    expect(() => decapsulate(small, secretKey)).toThrow(expect.objectContaining({ code: "crypto.format", cause }));
    for (const size of [0, 1119, 1121]) {
      const work = () => decapsulate(new Uint8Array(size), secretKey); // looked at before the library is asked
      expect(work).toThrow(code("crypto.format"));
      expect(work).not.toThrow(expect.objectContaining({ cause }));
    }
    const short = () => encapsulate(publicKey.subarray(1) as typeof publicKey); // what only a cast would let in
    expect(short).toThrow(code("crypto.key"));
    expect(short).not.toThrow(expect.objectContaining({ cause }));
  });
});

describe("Ed25519", () => {
  const seed = world.bytes("seed");
  const { publicKey, secretKey } = deriveSignKeys(seed);
  const body = world.bytes("body");
  const message = concat(utf8("ocmt/v1/bundle\0"), sha256(body));

  /** k·a for an R of order 4: the equation holds but for R, which falls out when both sides are multiplied by 8. */
  function signedWith(r: Uint8Array): Uint8Array {
    const k = ed25519.Point.Fn.fromBytes(wide(sha512(concat(r, publicKey, message))), true);
    const { scalar } = ed25519.utils.getExtendedPublicKey(seed);
    return concat(r, ed25519.Point.Fn.toBytes(ed25519.Point.Fn.create(k * scalar)));
  }
  /** A hash of 64 bytes as a number below the order of the group, in 32. */
  function wide(hash: Uint8Array): Uint8Array {
    const value = BigInt(`0x${Buffer.from(hash).reverse().toString("hex")}`);
    return ed25519.Point.Fn.toBytes(ed25519.Point.Fn.create(value));
  }

  it("A01 takes no signature whose R is written with y ≥ p, by whichever provider", () => {
    const beyond = new Uint8Array(32).fill(0xff).with(0, 0xed).with(31, 0x7f); // y = p, which is 0
    const lax = ed25519.verify(signedWith(beyond), message, publicKey, { zip215: true });
    expect(lax).toBe(true); // who reads it laxly takes it
    for (const chosen of [nobleProvider, nodeProvider]) {
      installProvider(chosen);
      expect(isSigned("bundle", body, signedWith(beyond), publicKey)).toBe(false);
      expect(isSigned("bundle", body, sign("bundle", body, secretKey), publicKey)).toBe(true);
    }
  });

  it("says that chance was missing where its provider fails, and why", () => {
    const reason = new Error("no entropy");
    const fails = () => {
      throw reason;
    };
    installProvider({ sign: fails, publicKeyOf: fails });
    const refused = expect.objectContaining({ code: "crypto.rng", cause: reason });
    expect(() => sign("bundle", body, secretKey)).toThrow(refused);
    expect(() => deriveSignKeys(seed)).toThrow(refused);
    for (const size of [31, 33]) expect(() => deriveSignKeys(new Uint8Array(size))).toThrow(code("crypto.key"));
  });

  it("keeps a copy of its seed, and refuses without a reason", () => {
    const mine = Uint8Array.from(seed);
    const keys = deriveSignKeys(mine);
    mine.fill(0);
    expect(keys.secretKey).toEqual(seed);
    expect(() => verify("bundle", body, new Uint8Array(64), publicKey)).toThrow(code("crypto.signature"));
  });
});

describe("who does the arithmetic", () => {
  it("is noble, but for what was installed, until something else is", () => {
    expect(provider()).toEqual(nobleProvider);
    installProvider({ startHash: nodeProvider.startHash });
    expect(provider()).toEqual({ ...nobleProvider, startHash: nodeProvider.startHash });
    installProvider({ sign: nodeProvider.sign });
    expect(provider()).toEqual({ ...nobleProvider, sign: nodeProvider.sign });
    expect(sha256(utf8("one"), utf8("two"))).toEqual(nodeHash("onetwo"));
  });

  const nodeHash = (text: string) => {
    const hash = nodeProvider.startHash();
    hash.update(utf8(text));
    return hash.digest();
  };
});
