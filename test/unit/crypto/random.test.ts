import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { cipherOf } from "#shared/crypto/primitives/aead.ts";
import { makeBytes, makeKey } from "#shared/crypto/primitives/random.ts";
import { sealCommitted } from "#shared/crypto/sealing/committed.ts";
import { makePassphrase, PASSPHRASE_WORDS, passphraseBits } from "#shared/crypto/slots/passphrase.ts";
import { often } from "#test/support/runs.ts";
import { FORMAT_NAMES, FORMATS } from "./formats.ts";
import { worldOf } from "./world.ts";

const world = worldOf(3);
vi.setConfig({ testTimeout: 60_000 });
afterEach(() => void vi.restoreAllMocks());

type Fill = typeof crypto.getRandomValues;
const withGenerator = (fill: (bytes: Uint8Array) => Uint8Array | null) =>
  vi.spyOn(globalThis.crypto, "getRandomValues").mockImplementation(fill as Fill); // the bytes are all we ever pass

const BROKEN: Record<string, (bytes: Uint8Array) => Uint8Array | null> = {
  throws: () => {
    throw new Error("no entropy");
  },
  "hands back nothing": () => null,
  "hands back fewer bytes": (bytes) => bytes.fill(7).subarray(1),
  "leaves the end unwritten": (bytes) => {
    bytes.fill(7, 0, bytes.length - 16);
    return bytes;
  },
  "writes nothing": (bytes) => bytes,
};

describe("A10", () => {
  it.each(Object.keys(BROKEN))("from a generator that %s, nothing is drawn and nothing is sealed", async (how) => {
    withGenerator(BROKEN[how] ?? (() => null));
    const refused = expect.objectContaining({ code: "crypto.rng" });
    expect(() => makeBytes(24)).toThrow(refused);
    expect(() => makeBytes(100_000)).toThrow(refused);
    expect(() => makeKey()).toThrow(refused);
    const drawing = FORMAT_NAMES.filter((name) => !DRAWING_NOTHING.has(name));
    for (const name of drawing) {
      await expect(
        Promise.resolve().then(() => FORMATS[name].make(world)),
        name,
      ).rejects.toThrow(refused);
    }
    expect(drawing).toHaveLength(FORMAT_NAMES.length - DRAWING_NOTHING.size);
  });
});

/** Statements and lists carry no nonce. */
const DRAWING_NOTHING = new Set<string>([
  "slot set",
  "grant",
  "grant sealed",
  "grant revocation",
  "bundle",
  "device certificate",
  "device revocations",
  "signed write",
  "agent certificate",
  "launch",
  "manifest",
  "vault chain",
  "vault opening",
  "key share",
]);

describe("A10 chance", () => {
  it("comes from one file, and never from Math.random or the libraries' own", () => {
    const folder = new URL("../../../shared/crypto/", import.meta.url);
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
    expect(files.length).toBeGreaterThan(30);
    for (const name of files) {
      const source = readFileSync(new URL(name, folder), "utf8");
      const uses = /Math\.random|randomBytes|randomSecretKey|randomPrivateKey|generateMnemonic|getRandomValues\(/.test(
        source,
      );
      expect(uses, name).toBe(name === "primitives/random.ts");
      expect(/from "node:|\bBuffer\b|\bdocument\.|\bwindow\./.test(source), name).toBe(false);
    }
  });

  it("is asked for in pieces the platform allows", () => {
    expect(makeBytes(200_000)).toHaveLength(200_000);
    for (const size of [0, -1, 1.5, Number.NaN]) expect(() => makeBytes(size)).toThrow();
  });

  it("gives every word of a passphrase the same likelihood", () => {
    expect(passphraseBits(PASSPHRASE_WORDS)).toBe(77);
    const counts = new Map<string, number>();
    for (let i = 0; i < 3000; i++)
      for (const word of makePassphrase().split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
    const mean = (3000 * PASSPHRASE_WORDS) / 2048;
    const chiSquare = [...counts.values()].reduce(
      (sum, n) => sum + (n - mean) ** 2 / mean,
      (2048 - counts.size) * mean,
    );
    expect(chiSquare).toBeLessThan(2047 + 6 * Math.sqrt(2 * 2047)); // six deviations: fails by chance once in 10^8
    expect(() => makePassphrase(6)).toThrow(expect.objectContaining({ code: "crypto.format" }));
  });
});

describe("A06 nonces and salts", () => {
  it("do not repeat in 1,000,000 draws of 24 bytes", () => {
    const draws = often(1_000_000);
    const seen = new Set<string>();
    for (let i = 0; i < draws; i++) seen.add(Buffer.from(makeBytes(24).buffer, 0, 12).toString("latin1"));
    expect(seen.size).toBe(draws);
  });

  it("do not repeat in 10,000 sealings of one text under one key", () => {
    const envelope = { purpose: "self-seal", ikm: world.bytes("ikm"), header: world.bytes("header") } as const;
    const seals = often(10_000);
    const seen = new Set<string>();
    for (let i = 0; i < seals; i++) {
      const sealed = sealCommitted(envelope, world.bytes("text"));
      seen.add(Buffer.from(sealed.subarray(32, 56)).toString("hex"));
      seen.add(Buffer.from(sealed.subarray(56, 88)).toString("hex"));
      seen.add(Buffer.from(sealed.subarray(88)).toString("hex"));
    }
    expect(seen.size).toBe(3 * seals);
  });
});

describe("A03 short tags", () => {
  it.each(["aes-256-gcm", "xchacha20-poly1305"] as const)("of 0 to 15 bytes are refused by %s", (kind) => {
    const cipher = cipherOf(kind, makeKey());
    const nonce = makeBytes(kind === "aes-256-gcm" ? 12 : 24);
    const text = new Uint8Array(40).fill(5);
    const sealed = cipher.seal(nonce, text, world.bytes("aad"));
    expect(cipher.open(nonce, sealed, world.bytes("aad"))).toEqual(text);
    for (let tag = 0; tag < 16; tag++) {
      const code = (value: string) => expect.objectContaining({ code: value });
      expect(() => cipher.open(nonce, sealed.subarray(0, 40 + tag), world.bytes("aad"))).toThrow(code("crypto.open"));
      expect(() => cipher.open(nonce, sealed.subarray(40, 40 + tag), world.bytes("aad"))).toThrow(
        code("crypto.format"),
      );
    }
    for (const wrong of [nonce.subarray(1), concat(nonce, Uint8Array.of(0))]) {
      const refused = expect.objectContaining({ code: "crypto.key" });
      expect(() => cipher.seal(wrong, text, text)).toThrow(refused);
      expect(() => cipher.open(wrong, sealed, world.bytes("aad"))).toThrow(refused);
    }
  });
});
