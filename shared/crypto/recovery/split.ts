import { combine, split } from "shamir-secret-sharing";
import { byteAt, concat, equalConstantTime, erase, u8 } from "../encoding/bytes.ts";
import { CryptoError, type CryptoErrorCode, demand } from "../encoding/errors.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import type { SignPublicKey, SignSecretKey } from "../primitives/sign.ts";
import { openShare, type Share, type ShareSet, shareCommitOf, signShare, writeShareSet } from "./share.ts";

/**
 * A key split among people, and put together again. The one file that knows the library `shamir-secret-sharing`, whose share is
 * y ‖ x. It takes shares at x = 0, mixes sets, and answers noise for too few: everything that is refused is refused here.
 *
 * [Note: shares]
 * 1. A share counts only if the one who split the key signed it and it is of the set that was asked for, to the byte.
 * 2. A share that does not count is put aside and named by its place in the list; it hinders nobody.
 * 3. Fewer than t that count: refused. What t of them give is the key only if the set's commitment says so; else the next t are tried.
 * 4. With the key found, each share that counts is held against it, and those which lie elsewhere are named too.
 */
export interface Splitting extends Omit<ShareSet, "commit"> {
  readonly signer: SignSecretKey;
}

export interface RefusedShare {
  /** Its place in the list that was handed over, from 0. */
  readonly at: number;
  readonly why: CryptoErrorCode;
}

/** Too few shares, or none that fit: with those that were put aside. */
export class SharesRefused extends CryptoError {
  readonly refused: readonly RefusedShare[];

  constructor(code: CryptoErrorCode, refused: readonly RefusedShare[]) {
    super(code);
    this.refused = refused;
  }
}

/** @throws crypto.share for numbers that make no set. */
export async function splitKey(key: Key, { signer, ...place }: Splitting) {
  const set: ShareSet = { ...place, commit: shareCommitOf(asKey(key), place) };
  const points = await split(Uint8Array.from(key), set.count, set.threshold);
  const shares = points.map((point) => ({ set, x: byteAt(point, 32), y: point.subarray(0, 32) }));
  // The library draws for itself. A generator that gave zeros would make every y the key.
  const ys = new Set([key, ...shares.map(({ y }) => y)].map(String));
  demand(ys.size === set.count + 1, "crypto.rng");
  demand(new Set(shares.map(({ x }) => x)).size === set.count, "crypto.rng");
  const signed = shares.map((share) => signShare(share, signer));
  erase(...points);
  return { set, shares: signed };
}

/**
 * @param shares as they came, from whomever.
 * @returns the key, and the shares that were not right. @throws SharesRefused: crypto.shares_few, or crypto.commitment if enough count and
 * no t of them give the key.
 */
export async function combineShares(shares: readonly Uint8Array[], expected: ShareSet, signer: SignPublicKey) {
  const { good, refused } = sortShares(shares, expected, signer);
  if (good.length < expected.threshold) throw new SharesRefused("crypto.shares_few", refused);
  for (const chosen of choicesOf(good, expected.threshold)) {
    const key = await keyOf(chosen, expected);
    if (!key) continue;
    const off = await listOff(good, chosen, expected);
    return { key, refused: [...refused, ...off].toSorted((a, b) => a.at - b.at) };
  }
  throw new SharesRefused("crypto.commitment", refused);
}

interface Placed extends Share {
  readonly at: number;
}

/** Rule 1 and 2. A point that was handed over twice counts once. */
function sortShares(shares: readonly Uint8Array[], expected: ShareSet, signer: SignPublicKey) {
  const good: Placed[] = [];
  const refused: RefusedShare[] = [];
  const place = writeShareSet(expected);
  shares.forEach((bytes, at) => {
    try {
      const share = openShare(bytes, signer);
      demand(equalConstantTime(writeShareSet(share.set), place), "crypto.share");
      demand(!good.some(({ x, y }) => x === share.x && equalConstantTime(y, share.y)), "crypto.share");
      good.push({ ...share, at });
    } catch (error) {
      if (!(error instanceof CryptoError)) throw error;
      refused.push({ at, why: error.code });
    }
  });
  return { good, refused };
}

/** Undefined if these do not give the key of the set. */
async function keyOf(chosen: readonly Share[], set: ShareSet): Promise<Key | undefined> {
  const xs = new Set(chosen.map(({ x }) => x));
  if (xs.size < chosen.length || xs.has(0)) return undefined;
  const points = chosen.map(({ x, y }) => Uint8Array.from(concat(checked(y, 32), u8(x))));
  const key = asKey(await combine(points));
  erase(...points);
  return equalConstantTime(shareCommitOf(key, set), set.commit) ? key : undefined;
}

/** Rule 4: a share is right if it can stand for the first of the chosen; one at the place of another of them, with another value, cannot. */
async function listOff(good: readonly Placed[], chosen: readonly Placed[], set: ShareSet): Promise<RefusedShare[]> {
  const off: RefusedShare[] = [];
  for (const share of good.filter((one) => !chosen.includes(one))) {
    const stands = await keyOf([share, ...chosen.slice(1)], set);
    if (!stands) off.push({ at: share.at, why: "crypto.share" });
  }
  return off;
}

/** Every choice of `size`, in order. */
function* choicesOf<T>(from: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let i = 0; i <= from.length - size; i++) {
    for (const rest of choicesOf(from.slice(i + 1), size - 1)) yield [from[i] as T, ...rest]; // i is inside the list
  }
}
