import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { installProvider } from "#shared/crypto/primitives/provider.ts";
import { STRIDE } from "#test/support/runs.ts";
import { nodeProvider } from "../../../agent/platform/node-provider.ts";
import { FORMAT_NAMES, FORMATS, type FormatName } from "./formats.ts";
import { worldOf } from "./world.ts";

const world = worldOf(1);
vi.setConfig({ testTimeout: 60_000 });

/** With Node's own Ed25519, because every one of some 100,000 altered statements is really verified. */
beforeAll(() => installProvider(nodeProvider));
afterAll(() => installProvider({}));

/** The refusals that were not one, or not a typed one. */
async function acceptedOf(name: FormatName, altered: Iterable<readonly [string, Uint8Array]>): Promise<string[]> {
  const wrong: string[] = [];
  for (const [what, bytes] of altered) {
    try {
      await FORMATS[name].open(bytes, world);
      wrong.push(`${what}: opened`);
    } catch (error) {
      if (!(error instanceof CryptoError)) wrong.push(`${what}: ${String(error)}`);
    }
  }
  return wrong;
}

function* flipsOf(bytes: Uint8Array): Generator<readonly [string, Uint8Array]> {
  for (let bit = 0; bit < bytes.length * 8; bit += STRIDE) {
    const altered = Uint8Array.from(bytes);
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield [`bit ${bit}`, altered];
  }
}

function* cutsOf(bytes: Uint8Array): Generator<readonly [string, Uint8Array]> {
  for (let size = 0; size < bytes.length; size += STRIDE) yield [`cut to ${size}`, bytes.subarray(0, size)];
  for (let size = 1; size < bytes.length; size += 7 * STRIDE) yield [`first ${size} missing`, bytes.subarray(size)];
}

function* extensionsOf(bytes: Uint8Array): Generator<readonly [string, Uint8Array]> {
  for (const size of [1, 2, 16, 17, 64, 100]) yield [`${size} more`, concat(bytes, new Uint8Array(size))];
  yield ["twice", concat(bytes, bytes)];
  yield ["one in front", concat(Uint8Array.of(0), bytes)];
}

describe.each(FORMAT_NAMES)("A04 %s", (name) => {
  it("is refused with any bit flipped", async () => {
    expect(await acceptedOf(name, flipsOf(await FORMATS[name].make(world)))).toEqual([]);
  });

  it("is refused when cut off anywhere or extended", async () => {
    const bytes = await FORMATS[name].make(world);
    expect(await acceptedOf(name, cutsOf(bytes))).toEqual([]);
    expect(await acceptedOf(name, extensionsOf(bytes))).toEqual([]);
  });

  it("is refused in every other world", async () => {
    const bytes = await FORMATS[name].make(worldOf(2));
    expect(await acceptedOf(name, [["of another account", bytes]])).toEqual([]);
  });

  it("is refused where every other format belongs", async () => {
    for (const other of FORMAT_NAMES) {
      if (other === name || FORMATS[other].open === FORMATS[name].open) continue;
      expect(await acceptedOf(name, [[other, await FORMATS[other].make(world)]]), other).toEqual([]);
    }
  });
});
