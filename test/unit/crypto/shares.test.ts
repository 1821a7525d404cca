import nodeCrypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";
import fc from "fast-check";
import { combine } from "shamir-secret-sharing";
import { describe, expect, it, vi } from "vitest";
import { concat, u8 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { compareCodeOf } from "#shared/crypto/recovery/compare-code.ts";
import { openShare, type ShareSet, signShare, writeShareSet } from "#shared/crypto/recovery/share.ts";
import { combineShares, type SharesRefused, splitKey } from "#shared/crypto/recovery/split.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import { idFromBytes } from "#shared/ids.ts";
import { SELDOM_MS, seldom } from "#test/support/runs.ts";
import { worldOf } from "./world.ts";

vi.setConfig({ testTimeout: 60_000 });

const alice = worldOf(1);
const bob = worldOf(2);
const key = asKey(alice.bytes("rk"));
const code = (value: string) => expect.objectContaining({ code: value });
const { publicKey, secretKey } = alice.user.sign;
const splittingOf = (threshold: number, count: number, setName = "set") => ({
  purpose: "recovery" as const,
  setId: idFromBytes("shareSet", alice.bytes(setName, 16)),
  ownerFingerprint: alice.bytes("owner"),
  signer: secretKey,
  threshold,
  count,
});
const { set, shares } = await splitKey(key, splittingOf(3, 5));
const at = (...places: number[]) => places.map((place) => shares[place] ?? new Uint8Array(0));
const opened = (place: number) => openShare(at(place)[0] ?? new Uint8Array(0), publicKey);
/** What only the owner's own key could sign: a share whose point is another. */
const moved = (place: number, point: { x?: number; y?: Uint8Array }) =>
  signShare({ ...opened(place), ...point }, secretKey);

/** As `signShare`, without its refusals: the bytes a forger writes. */
function forged(from: ShareSet, x: number, y: Uint8Array, signer = secretKey): Uint8Array {
  const header = shares[0]?.subarray(0, 5) ?? new Uint8Array(0);
  return signStatement("key-share", concat(header, writeShareSet(from), u8(x), y), signer);
}

function subsetsOf(count: number, size: number): number[][] {
  const all = Array.from({ length: 2 ** count }, (_, bits) => [...Array(count).keys()].filter((i) => bits & (1 << i)));
  return all.filter((subset) => subset.length === size);
}

async function refusedOf(list: readonly Uint8Array[], expected = set): Promise<SharesRefused> {
  return combineShares(list, expected, publicKey).then(
    () => expect.unreachable("it combined"),
    (error: SharesRefused) => error,
  );
}

describe("a key split among five, three of whom are enough", () => {
  it("D01 comes back from each of the ten choices of three, and of four and five", async () => {
    expect(subsetsOf(5, 3)).toHaveLength(10);
    for (const subset of [3, 4, 5].flatMap((size) => subsetsOf(5, size))) {
      expect(await combineShares(at(...subset), set, publicKey)).toEqual({ key, refused: [] });
    }
  });

  it("D01 does not come back from any of the ten choices of two, nor of fewer: each is refused with an error", async () => {
    expect(subsetsOf(5, 2)).toHaveLength(10);
    for (const subset of [0, 1, 2].flatMap((size) => subsetsOf(5, size))) {
      expect(await refusedOf(at(...subset))).toMatchObject({ code: "crypto.shares_few", refused: [] });
    }
  });

  it("D02 refuses and names a share at x = 0, with which the library lets its giver choose the key", async () => {
    const chosen = bob.bytes("chosen");
    const library = await combine([concat(chosen, u8(0)), ...[1, 2].map((i) => concat(opened(i).y, u8(opened(i).x)))]);
    expect(library).toEqual(chosen);
    const zero = forged(set, 0, chosen);
    expect(await refusedOf([zero, ...at(1, 2)])).toMatchObject({
      code: "crypto.shares_few",
      refused: [{ at: 0, why: "crypto.share" }],
    });
    const four = await combineShares([...at(1, 2), zero, ...at(3)], set, publicKey);
    expect(four).toEqual({ key, refused: [{ at: 2, why: "crypto.share" }] });
    expect(() => signShare({ set, x: 0, y: chosen }, secretKey)).toThrow(code("crypto.share"));
    for (const x of [256, -1, 1.5])
      expect(() => signShare({ set, x, y: chosen }, secretKey)).toThrow(code("crypto.share"));
  });

  it("D02 counts a share once, however often it is handed over", async () => {
    const twice = await refusedOf(at(0, 1, 1, 0));
    expect(twice).toMatchObject({ code: "crypto.shares_few", refused: [{ at: 2 }, { at: 3 }] });
    expect((await combineShares(at(0, 1, 1, 2), set, publicKey)).refused).toEqual([{ at: 2, why: "crypto.share" }]);
  });

  it("D02 does not mix sets: another split, another key, other numbers, another owner or purpose are named", async () => {
    const others = [
      await splitKey(key, splittingOf(3, 5, "another")),
      await splitKey(asKey(bob.bytes("rk")), splittingOf(3, 5)),
      await splitKey(key, splittingOf(2, 5)),
      await splitKey(key, splittingOf(3, 6)),
      await splitKey(key, { ...splittingOf(3, 5), ownerFingerprint: bob.bytes("owner") }),
      await splitKey(key, { ...splittingOf(3, 5), purpose: "vault" }),
    ];
    for (const other of others) {
      const mixed = [...at(0, 1), other.shares[2] ?? new Uint8Array(0)];
      expect(await refusedOf(mixed)).toMatchObject({
        code: "crypto.shares_few",
        refused: [{ at: 2, why: "crypto.share" }],
      });
      expect((await refusedOf(shares, other.set)).refused).toHaveLength(5);
    }
  });

  it("names a share that somebody else signed, or that was altered", async () => {
    const altered = Uint8Array.from(at(1)[0] ?? []);
    altered[90] = (altered[90] ?? 0) ^ 1;
    const { x, y } = opened(2);
    const list = [...at(0), altered, forged(set, x, y, bob.user.sign.secretKey), ...at(3, 4)];
    expect(await combineShares(list, set, publicKey)).toEqual({
      key,
      refused: [
        { at: 1, why: "crypto.signature" },
        { at: 2, why: "crypto.signature" },
      ],
    });
    expect((await refusedOf([new Uint8Array(0), ...at(0, 1)])).refused).toEqual([{ at: 0, why: "crypto.format" }]);
  });

  it("D03 comes back from four of which one is wrong, and says which, wherever it stands", async () => {
    for (const place of [0, 1, 2, 3]) {
      const list = at(0, 1, 2, 3).with(place, moved(place, { y: bob.bytes("wrong") }));
      const found = await combineShares(list, set, publicKey);
      expect(found).toEqual({ key, refused: [{ at: place, why: "crypto.share" }] });
    }
    const clash = await combineShares([moved(0, { y: bob.bytes("wrong") }), ...at(0, 1, 2)], set, publicKey);
    expect(clash).toEqual({ key, refused: [{ at: 0, why: "crypto.share" }] });
    const late = await combineShares([...at(0, 1, 2), moved(0, { y: bob.bytes("wrong") })], set, publicKey);
    expect(late).toEqual({ key, refused: [{ at: 3, why: "crypto.share" }] });
  });

  it("names all that were put aside in the order they came, for whatever reason each was", async () => {
    const [badly, elsewhere] = [new Uint8Array(0), (place: number) => moved(place, { y: bob.bytes("wrong") })];
    const [format, share] = ["crypto.format", "crypto.share"];
    const late = await combineShares([...at(0), elsewhere(1), ...at(2, 3), badly], set, publicKey);
    expect(late).toEqual({
      key,
      refused: [
        { at: 1, why: share },
        { at: 4, why: format },
      ],
    });
    const early = await combineShares([badly, ...at(0, 2, 3), elsewhere(1)], set, publicKey);
    expect(early).toEqual({
      key,
      refused: [
        { at: 0, why: format },
        { at: 4, why: share },
      ],
    });
    const sameValue = moved(1, { y: opened(0).y }); // another point with the value of the first is another point
    expect(await refusedOf([...at(0, 2), sameValue])).toMatchObject({ code: "crypto.commitment", refused: [] });
  });

  it("D03 does not come back from three of which one is wrong: never another key", async () => {
    const wrong = moved(2, { y: bob.bytes("wrong") });
    expect(await refusedOf([...at(0, 1), wrong])).toMatchObject({ code: "crypto.commitment", refused: [] });
    const oneBit = moved(2, { x: opened(2).x ^ 1 });
    expect(await refusedOf([...at(0, 1), oneBit])).toMatchObject({ code: expect.stringMatching(/^crypto\./) });
  });
});

describe("splitting", () => {
  it("gives each a point of its own that is not the key, another time other points", async () => {
    const again = await splitKey(key, splittingOf(3, 5));
    expect(again.set).toEqual(set);
    const points = [...shares, ...again.shares].map((share) => openShare(share, publicKey));
    expect(new Set(points.map(({ y }) => Buffer.from(y).toString("hex"))).size).toBe(10);
    expect(points.every(({ x }) => x >= 1 && x <= 255)).toBe(true);
    expect(new Set(points.slice(0, 5).map(({ x }) => x)).size).toBe(5);
    expect(points.some(({ y }) => Buffer.from(y).equals(Buffer.from(key)))).toBe(false);
  });

  it("A10 stops when the generator gives nothing but zeros", async () => {
    const drawn = vi.spyOn(nodeCrypto, "randomBytes").mockImplementation((size: number) => Buffer.alloc(size));
    syncBuiltinESMExports(); // the library draws by a named import of node:crypto, in browsers from `crypto`
    try {
      await expect(splitKey(key, splittingOf(3, 5))).rejects.toThrow(code("crypto.rng"));
      expect(drawn).toHaveBeenCalled();
    } finally {
      drawn.mockRestore();
      syncBuiltinESMExports();
    }
  });

  it("refuses one share enough, more than there are, and more than can all be tried", async () => {
    for (const [threshold, count] of [
      [1, 5],
      [0, 5],
      [6, 5],
      [2, 17],
      [2.5, 5],
      [2, 1],
    ] as const) {
      await expect(splitKey(key, splittingOf(threshold, count))).rejects.toThrow(code("crypto.share"));
    }
    const short = key.subarray(1) as typeof key; // what the types would not let through
    await expect(splitKey(short, splittingOf(3, 5))).rejects.toThrow(code("crypto.key"));
  });

  it("brings any key back from any t of any n, and nothing from t - 1", { timeout: SELDOM_MS }, async () => {
    const anySplit = fc
      .integer({ min: 2, max: 10 })
      .chain((count) => fc.tuple(fc.constant(count), fc.integer({ min: 2, max: count })))
      .chain(([count, threshold]) =>
        fc.record({
          count: fc.constant(count),
          threshold: fc.constant(threshold),
          bytes: fc.uint8Array({ minLength: 32, maxLength: 32 }),
          order: fc.shuffledSubarray([...Array(count).keys()], { minLength: threshold, maxLength: threshold }),
        }),
      );
    const holds = fc.asyncProperty(anySplit, async ({ count, threshold, bytes, order }) => {
      const one = await splitKey(asKey(bytes), splittingOf(threshold, count));
      const chosen = order.map((place) => one.shares[place] ?? new Uint8Array(0));
      expect((await combineShares(chosen, one.set, publicKey)).key).toEqual(bytes);
      const few = combineShares(chosen.slice(1), one.set, publicKey);
      await expect(few).rejects.toThrow(code("crypto.shares_few"));
    });
    await fc.assert(holds, { numRuns: seldom(1000) });
  });

  it("still tries every choice when eight of sixteen are enough and as many as may be are wrong", async () => {
    const wide = await splitKey(key, splittingOf(8, 16));
    const list = wide.shares.map((share, i) =>
      i < 8 ? signShare({ ...openShare(share, publicKey), y: bob.bytes(`${i}`) }, secretKey) : share,
    );
    const found = await combineShares(list, wide.set, publicKey);
    expect(found.key).toEqual(key);
    expect(found.refused.map((one) => one.at)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe("the six words two people compare", () => {
  const ephemeral = alice.boot.kem.publicKey;

  it("are the same for the same key and set, six of the list", () => {
    const words = compareCodeOf(ephemeral, set);
    expect(words).toEqual(compareCodeOf(ephemeral, { ...set }));
    expect(words).toHaveLength(6);
    for (const word of words) expect(word).toMatch(/^[a-z]{3,8}$/);
  });

  it("D05 differ for another key to release to, another set, another commitment, number and owner", () => {
    const others = [
      compareCodeOf(bob.boot.kem.publicKey, set),
      compareCodeOf(ephemeral, { ...set, setId: idFromBytes("shareSet", bob.bytes("set", 16)) }),
      compareCodeOf(ephemeral, { ...set, commit: bob.bytes("commit") }),
      compareCodeOf(ephemeral, { ...set, ownerFingerprint: bob.bytes("owner") }),
      compareCodeOf(ephemeral, { ...set, threshold: 2 }),
      compareCodeOf(ephemeral, { ...set, purpose: "vault" }),
    ];
    expect(new Set([compareCodeOf(ephemeral, set), ...others].map((words) => words.join(" "))).size).toBe(7);
  });
});
