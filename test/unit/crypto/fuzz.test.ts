import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readBundle } from "#shared/crypto/account/bundle.ts";
import { openCarry } from "#shared/crypto/account/carry.ts";
import { asLaunchKey, openLaunch, rawSignatureOf } from "#shared/crypto/agents/launch.ts";
import { readStateHeader } from "#shared/crypto/agents/state.ts";
import { decodeBase64url, decodePortable } from "#shared/crypto/encoding/base64url.ts";
import { utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { unpad } from "#shared/crypto/encoding/padding.ts";
import { readerOf } from "#shared/crypto/encoding/reader.ts";
import { installProvider } from "#shared/crypto/primitives/provider.ts";
import { asSignPublicKey } from "#shared/crypto/primitives/sign.ts";
import { readSelfName, readSelfVersion } from "#shared/crypto/sealing/self-seal.ts";
import { readPhrase } from "#shared/crypto/slots/bip39.ts";
import { readHardwareKey } from "#shared/crypto/slots/hardware-key.ts";
import { readSlot } from "#shared/crypto/slots/slot.ts";
import { readChainStep } from "#shared/crypto/vault/chain-step.ts";
import { readRing, writeRing } from "#shared/crypto/vault/grant.ts";
import { readKeyPlace } from "#shared/crypto/vault/item.ts";
import { readManifest } from "#shared/crypto/vault/manifest.ts";
import { readBuckets } from "#shared/crypto/vault/tree.ts";
import { RUNS } from "#test/support/runs.ts";
import { nodeProvider } from "../../../agent/platform/node-provider.ts";
import { FORMAT_NAMES, FORMATS } from "./formats.ts";
import { worldOf } from "./world.ts";

const world = worldOf(1);
vi.setConfig({ testTimeout: 120_000 });
beforeAll(() => installProvider(nodeProvider)); // every altered signature is really verified
afterAll(() => installProvider({}));

/** What was thrown, unless it is a refusal by name. */
async function strayOf(work: () => unknown): Promise<string | undefined> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CryptoError)) return `${String(error)}\n${error instanceof Error ? error.stack : ""}`;
  }
  return undefined;
}

/** The few things that may be done to bytes: cut out, put in, overwrite, repeat; lengths and counts are bytes as well. */
const edits = fc.array(
  fc.record({
    at: fc.nat(0xffff),
    do: fc.constantFrom("set", "cut", "insert", "repeat", "swap"),
    size: fc.nat(40),
    bytes: fc.uint8Array({ minLength: 1, maxLength: 8 }),
  }),
  { minLength: 1, maxLength: 4 },
);

function mutate(bytes: Uint8Array, steps: typeof edits extends fc.Arbitrary<infer T> ? T : never): Uint8Array {
  let made = [...bytes];
  for (const { at: any, do: what, size, bytes: more } of steps) {
    const at = any % (made.length + 1);
    if (what === "set") made.splice(at, more.length, ...more);
    else if (what === "cut") made.splice(at, size);
    else if (what === "insert") made.splice(at, 0, ...more);
    else if (what === "repeat") made.splice(at, 0, ...made.slice(at, at + size));
    else made = [...made.slice(at), ...made.slice(0, at)];
  }
  return Uint8Array.from(made);
}

const noise = fc.uint8Array({ maxLength: 400 });

describe.each(FORMAT_NAMES)("A04 %s, of bytes that nobody wrote", (name) => {
  it("opens or is refused by name: random, mutated, and random behind a true beginning", async () => {
    const bytes = await FORMATS[name].make(world);
    const begun = fc
      .tuple(fc.nat(bytes.length), noise)
      .map(([size, rest]) => Buffer.concat([bytes.subarray(0, size), rest]));
    const altered = edits.map((steps) => mutate(bytes, steps));
    const any = fc.oneof(noise, begun, altered);
    const holds = async (tried: Uint8Array) => {
      expect(await strayOf(() => FORMATS[name].open(Uint8Array.from(tried), world))).toBeUndefined();
    };
    await fc.assert(fc.asyncProperty(any, holds), RUNS);
  });
});

/** What reads before anything is known to be true. */
const READERS: Record<string, (bytes: Uint8Array) => unknown> = {
  readBundle,
  readChainStep,
  readManifest,
  readKeyPlace,
  readRing,
  readBuckets,
  readSlot,
  readSelfName,
  readSelfVersion,
  readStateHeader,
  rawSignatureOf,
  asLaunchKey,
  asSignPublicKey,
  unpad,
  utf8Decode,
  openLaunch: (bytes) => openLaunch(bytes, world.launchKey),
  openCarry: (bytes) => openCarry(world.nextRoot, bytes),
  "every number and length": (bytes) => {
    const reader = readerOf(bytes);
    return [reader.u8(), reader.prefixed(), reader.u16(), reader.u32(), reader.u64(), reader.rest()];
  },
};

describe.each(Object.entries(READERS))("A04 %s", (_, read) => {
  it("reads or refuses by name whatever it is given", async () => {
    const made = await Promise.all(FORMAT_NAMES.map((name) => FORMATS[name].make(world)));
    const whole = [...made, writeRing(new Map([[1, { vaultKey: world.urk }]]))];
    const altered = fc.tuple(fc.constantFrom(...whole), edits).map(([bytes, steps]) => mutate(bytes, steps));
    const holds = async (tried: Uint8Array) => {
      expect(await strayOf(() => read(tried))).toBeUndefined();
    };
    await fc.assert(fc.asyncProperty(fc.oneof(noise, altered), holds), RUNS);
  });
});

describe("A04 what people type", () => {
  it.each([
    ["recovery words", readPhrase],
    ["a paper key", readHardwareKey],
    ["base64url", decodeBase64url],
    ["base64url without the engine's help", decodePortable],
  ])("%s: any text is read or refused by name", async (_, read) => {
    const text = fc.oneof(
      fc.string({ unit: "binary", maxLength: 120 }),
      fc.string({ unit: "grapheme", maxLength: 60 }),
      fc.string({ maxLength: 400 }),
    );
    const holds = async (tried: string) => {
      expect(await strayOf(() => read(tried))).toBeUndefined();
    };
    await fc.assert(fc.asyncProperty(text, holds), RUNS);
  });
});
