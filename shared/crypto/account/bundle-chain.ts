import type { Id } from "../../ids.ts";
import { equalConstantTime } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { SUITE } from "../encoding/purposes.ts";
import { isSigned, type SignPublicKey } from "../primitives/sign.ts";
import { type Bundle, FIRST_PREV_HASH, isBundleAfter, type ReadBundle, readBundle } from "./bundle.ts";

/**
 * Following a user's sigchain from its first statement to its last. No key of another person is used unless it comes out
 * of here (PROTOCOL rule 3).
 */
export interface ChainExpectation {
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly nowMs: number;
  /** The root key of the first statement, when it is already known (verified contact, own account). */
  readonly genesisKey?: SignPublicKey;
  /** The last statement this client has accepted: the chain must contain it. */
  readonly pin?: ChainPin;
}

interface ChainPin {
  readonly bundleSeq: number;
  readonly hash: Uint8Array;
}

export interface AcceptedChain {
  readonly last: Bundle;
  /** Every statement of the chain, the last one last: a signature names the bundle it was made under. */
  readonly bundles: readonly ReadBundle[];
  readonly genesisKey: SignPublicKey;
  /** To be remembered, and given as `pin` the next time. */
  readonly pin: ChainPin;
}

/** @throws crypto.signature, crypto.context, crypto.rollback, crypto.suite, crypto.expired */
export function followBundles(chain: readonly Uint8Array[], expected: ChainExpectation): AcceptedChain {
  const bundles = chain.map(readBundle);
  const [first] = bundles;
  const last = bundles.at(-1);
  demand(first !== undefined && last !== undefined, "crypto.rollback");
  let previous: ReadBundle | undefined;
  for (const current of bundles) {
    checkLink(current, previous, expected);
    previous = current;
  }
  const genesisKey = first.bundle.rootKey;
  demand(equalConstantTime(genesisKey, expected.genesisKey ?? genesisKey), "crypto.context");
  const { pin } = expected;
  const pinned = pin && bundles[pin.bundleSeq - 1];
  demand(!pin || (pinned !== undefined && equalConstantTime(pinned.hash, pin.hash)), "crypto.rollback");
  return { last: last.bundle, bundles, genesisKey, pin: { bundleSeq: last.bundle.bundleSeq, hash: last.hash } };
}

function checkLink(current: ReadBundle, previous: ReadBundle | undefined, expected: ChainExpectation): void {
  const { bundle, body, signature } = current;
  demand(bundle.minSuite <= SUITE && bundle.minSuite >= (previous?.bundle.minSuite ?? 1), "crypto.suite");
  demand(isSigned("bundle", body, signature, bundle.rootKey), "crypto.signature");
  demand(bundle.tid === expected.tid && bundle.uid === expected.uid, "crypto.context");
  demand(bundle.notBeforeMs >= (previous?.bundle.notBeforeMs ?? 0), "crypto.context");
  demand(bundle.notBeforeMs <= expected.nowMs, "crypto.expired");
  if (previous) checkSuccessor(current, previous);
  else demand(isGenesis(current), "crypto.context");
}

const isGenesis = ({ bundle, rotation }: ReadBundle): boolean =>
  bundle.bundleSeq === 1 && equalConstantTime(bundle.prevHash, FIRST_PREV_HASH) && rotation === undefined;

function checkSuccessor({ bundle, body, rotation }: ReadBundle, previous: ReadBundle): void {
  demand(isBundleAfter(bundle, previous), "crypto.context");
  const isSameRoot = equalConstantTime(bundle.rootKey, previous.bundle.rootKey);
  demand(isSameRoot === (rotation === undefined), "crypto.signature");
  const isAgreed = !rotation || isSigned("bundle-rotation", body, rotation, previous.bundle.rootKey);
  demand(isAgreed, "crypto.signature");
}
