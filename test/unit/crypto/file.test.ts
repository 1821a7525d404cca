import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { CryptoError } from "#shared/crypto/encoding/errors.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { openFile, paddedFileBytes, sealedFileBytes, sealFile } from "#shared/crypto/vault/file.ts";
import { newId } from "#shared/ids.ts";
import { RUNS } from "#test/support/runs.ts";
import { worldOf } from "./world.ts";

const w = worldOf(31);
const key = asKey(w.bytes("file key"));
const place = { tid: w.place.tid, vaultId: w.vaultId, itemId: w.itemId, version: 3 };
const CHUNK = 16_384 + 16;
const HEAD = 61 + 56;

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const part of source) parts.push(Uint8Array.from(part));
  return concat(...parts);
}
const seal = (file: Uint8Array, at = place, under = key) => collect(sealFile(under, at, file.length, [file]).bytes);
const open = (bytes: Uint8Array, file: Uint8Array, { at = place, under = key, hash = sha256(bytes) } = {}) =>
  collect(openFile(under, { ...at, fileBytes: file.length, hash }, [bytes]));
const fileOf = (bytes: number, salt = 1) =>
  Uint8Array.from({ length: bytes }, (_, i) => (i * 7 * salt + (i >> 8)) % 253);

/** What it was refused with; a refusal that is none of ours comes through as it is. */
const refusalOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => "opened",
    (error: unknown) => (error instanceof CryptoError ? error.code : String(error)),
  );

describe("A04 a sealed file", () => {
  it("comes back as it was, whatever its length and however it arrives", async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 20_000 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(pieces, fc.integer({ min: 1, max: 9_000 }), async (parts, step) => {
        const file = concat(...parts);
        const sealed = sealFile(key, place, file.length, parts);
        const bytes = await collect(sealed.bytes);
        expect(bytes).toHaveLength(sealedFileBytes(file.length));
        const arriving = Array.from({ length: Math.ceil(bytes.length / step) }, (_, i) =>
          bytes.slice(i * step, (i + 1) * step),
        );
        const expected = { ...place, fileBytes: file.length, hash: sealed.hash() };
        expect(await collect(openFile(key, expected, arriving))).toEqual(file);
      }),
      RUNS,
    );
  });

  it("is refused with any byte altered or with any part of its end missing, even if its hash were known to fit", async () => {
    const file = fileOf(40_000);
    const sealed = await seal(file);
    const anywhere = fc.integer({ min: 0, max: sealed.length - 1 });
    await fc.assert(
      fc.asyncProperty(anywhere, fc.integer({ min: 1, max: 255 }), async (at, by) => {
        const altered = Uint8Array.from(sealed);
        altered[at] = (altered[at] ?? 0) ^ by;
        expect(await refusalOf(open(altered, file))).toMatch(/^crypto\./);
        expect(await refusalOf(open(sealed.subarray(0, at), file))).toMatch(/^crypto\./);
      }),
      RUNS,
    );
  });

  it("is refused with chunks in another order, and with chunks of another file under the same key", async () => {
    const [one, two] = [fileOf(50_000), fileOf(50_000, 2)];
    const [sealed, other] = [await seal(one), await seal(two)];
    const chunk = (bytes: Uint8Array, i: number) => bytes.subarray(HEAD + i * CHUNK, HEAD + (i + 1) * CHUNK);
    const withChunks = (...chunks: Uint8Array[]) =>
      concat(sealed.subarray(0, HEAD), ...chunks, sealed.subarray(HEAD + 3 * CHUNK));
    expect(await open(withChunks(chunk(sealed, 0), chunk(sealed, 1), chunk(sealed, 2)), one)).toEqual(one);
    const swapped = withChunks(chunk(sealed, 1), chunk(sealed, 0), chunk(sealed, 2));
    const mixed = withChunks(chunk(sealed, 0), chunk(other, 1), chunk(sealed, 2));
    const doubled = withChunks(chunk(sealed, 0), chunk(sealed, 0), chunk(sealed, 2));
    for (const bytes of [swapped, mixed, doubled]) expect(await refusalOf(open(bytes, one))).toBe("crypto.open");
  });

  it.each([
    ["tenant", { tid: newId("tenant", new Date(w.nowMs)) }],
    ["vault", { vaultId: newId("vault", new Date(w.nowMs)) }],
    ["item", { itemId: newId("item", new Date(w.nowMs)) }],
    ["version", { version: 4 }],
  ])("B05-B08 of another %s is refused, also with its header rewritten", async (_, elsewhere) => {
    const file = fileOf(2_000);
    const at = { ...place, ...elsewhere };
    const sealed = await seal(file, at);
    expect(await refusalOf(open(sealed, file))).toBe("crypto.context");
    const rewritten = concat((await seal(file)).subarray(0, 61), sealed.subarray(61));
    expect(await refusalOf(open(rewritten, file))).toBe("crypto.commitment");
    expect(await open(sealed, file, { at })).toEqual(file);
  });

  it("is refused where it is a true file of this place and key, and not the one that is named", async () => {
    const file = fileOf(2_000);
    const [first, second] = [await seal(file), await seal(file)];
    expect(await refusalOf(open(second, file, { hash: sha256(first) }))).toBe("crypto.manifest");
    expect(await refusalOf(open(first, file, { under: asKey(w.bytes("another")) }))).toBe("crypto.commitment");
    expect(await refusalOf(open(first, fileOf(1_999)))).toBe("crypto.format"); // what is left over is no padding
    expect(await refusalOf(open(first, fileOf(9_000)))).toBe("crypto.format");
  });

  it("knows its hash only at the end, and hands on nothing that is empty", async () => {
    const file = fileOf(20_000);
    const sealing = sealFile(key, place, file.length, [file]);
    expect(() => sealing.hash()).toThrow(expect.objectContaining({ code: "crypto.format" }));
    const bytes = await collect(sealing.bytes);
    expect(sealing.hash()).toEqual(sha256(bytes));
    const sizes: number[] = [];
    for await (const part of openFile(key, { ...place, fileBytes: file.length, hash: sha256(bytes) }, [bytes]))
      sizes.push(part.length);
    expect(sizes).toEqual([16_384, 20_000 - 16_384]);
    expect(await open(await seal(new Uint8Array(0)), new Uint8Array(0))).toEqual(new Uint8Array(0));
  });

  it("says of its length only the step that it is padded to", async () => {
    expect([0, 1, 1024, 1025, 5_000, 1_000_000, 10_485_760].map(paddedFileBytes)).toEqual([
      1024, 1024, 1024, 1088, 5120, 1_015_808, 10_485_760,
    ]);
    const bytes = fc.integer({ min: 1024, max: 10_485_760 });
    fc.assert(
      fc.property(bytes, (n) => {
        const padded = paddedFileBytes(n);
        expect(padded).toBeGreaterThanOrEqual(n);
        expect(padded).toBeLessThanOrEqual(n * 1.12 + 1);
        expect(paddedFileBytes(padded)).toBe(padded);
      }),
    );
    expect((await seal(fileOf(3))).length).toBe((await seal(fileOf(900))).length);
  });

  it("is not made of a file that is longer or shorter than it was said to be", async () => {
    for (const bytes of [99, 101]) {
      const making = collect(sealFile(key, place, 100, [fileOf(bytes)]).bytes);
      expect(await refusalOf(making)).toBe("crypto.format");
    }
    function* endless() {
      for (;;) yield fileOf(1000);
    }
    expect(await refusalOf(collect(sealFile(key, place, 5000, endless()).bytes))).toBe("crypto.format");
  });
});
