import { argon2Sync } from "node:crypto";
import { argon2id as argon2idNoble } from "@noble/hashes/argon2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { hash as hashPackage } from "argon2";
import { argon2id as argon2idWasm } from "hash-wasm";
import { describe, expect, it, vi } from "vitest";
import { ARGON_PARAMS, type DeriveArgon2id } from "#shared/crypto/primitives/argon-params.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";

vi.setConfig({ testTimeout: 60_000 });

/** The three implementations a client may be given, and noble as the fourth opinion. */
const IMPLEMENTATIONS: Record<string, DeriveArgon2id> = {
  "hash-wasm": async ({ memoryKib, passes, lanes }, password, salt) => {
    const cost = { memorySize: memoryKib, iterations: passes, parallelism: lanes };
    return argon2idWasm({ password, salt, ...cost, hashLength: 32, outputType: "binary" });
  },
  node: async ({ memoryKib, passes, lanes }, message, nonce) => {
    const cost = { memory: memoryKib, passes, parallelism: lanes };
    return Uint8Array.from(argon2Sync("argon2id", { message, nonce, ...cost, tagLength: 32 }));
  },
  argon2: async ({ memoryKib, passes, lanes }, passphrase, salt) => {
    const cost = { memoryCost: memoryKib, timeCost: passes, parallelism: lanes };
    const options = { type: 2, raw: true, salt: Buffer.from(salt), hashLength: 32, ...cost } as const;
    return Uint8Array.from(await hashPackage(Buffer.from(passphrase), options));
  },
};

/** RFC 9106 §5.3: Argon2id with all inputs. */
const RFC = { password: 0x01, salt: 0x02, secret: 0x03, data: 0x04 };
const RFC_TAG = "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659";
const fill = (size: number, value: number) => new Uint8Array(size).fill(value);

describe("A01 Argon2id", () => {
  it("gives the tag of RFC 9106 in node, argon2 and noble", async () => {
    const [password, salt] = [fill(32, RFC.password), fill(16, RFC.salt)];
    const [secret, data] = [fill(8, RFC.secret), fill(12, RFC.data)];
    const node = argon2Sync("argon2id", {
      ...{ message: password, nonce: salt, secret, associatedData: data },
      ...{ memory: 32, passes: 3, parallelism: 4, tagLength: 32 },
    });
    expect(bytesToHex(Uint8Array.from(node))).toBe(RFC_TAG);
    const cost = { memoryCost: 32, timeCost: 3, parallelism: 4, hashLength: 32, raw: true, type: 2 } as const;
    const more = { salt: Buffer.from(salt), secret: Buffer.from(secret), associatedData: Buffer.from(data) };
    expect(bytesToHex(Uint8Array.from(await hashPackage(Buffer.from(password), { ...cost, ...more })))).toBe(RFC_TAG);
    const noble = argon2idNoble(password, salt, { m: 32, t: 3, p: 4, key: secret, personalization: data, dkLen: 32 });
    expect(bytesToHex(noble)).toBe(RFC_TAG);
  });

  /** hash-wasm takes no associated data, so it meets the RFC through the others: 24 inputs of small cost. */
  it("is the same in hash-wasm, node, argon2 and noble for 24 inputs", async () => {
    for (let i = 0; i < 24; i++) {
      const params = { memoryKib: 32 + 8 * i, passes: 1 + (i % 4), lanes: 1 + (i % 4) };
      const [passphrase, salt] = [
        sha256(Uint8Array.of(i)).subarray(0, 1 + i),
        sha256(Uint8Array.of(i, 1)).subarray(0, 16),
      ];
      const { memoryKib: m, passes: t, lanes: p } = params;
      const wanted = bytesToHex(argon2idNoble(passphrase, salt, { m, t, p, dkLen: 32 }));
      for (const [name, derive] of Object.entries(IMPLEMENTATIONS)) {
        expect(bytesToHex(await derive(params, passphrase, salt)), `${name} ${i}`).toBe(wanted);
      }
    }
  });

  it("is the same in all three at the cost we use", async () => {
    const [passphrase, salt] = [sha256(Uint8Array.of(1)), fill(16, 9)];
    const tags = Object.values(IMPLEMENTATIONS).map(async (derive) =>
      bytesToHex(await derive(ARGON_PARAMS, passphrase, salt)),
    );
    expect(new Set(await Promise.all(tags)).size).toBe(1);
  });
});
