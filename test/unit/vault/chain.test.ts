import { describe, expect, it } from "vitest";
import { followChain, type KeyOf } from "#shared/crypto/vault/chain.ts";
import { BEFORE_FIRST, type Deed, readChainStep, signChainStep } from "#shared/crypto/vault/chain-step.ts";
import { worldOf } from "../crypto/world.ts";

const world = worldOf(1);
const { tid } = world.place;
const { vaultId } = world;
const commits = { keyCommit: world.bytes("commit"), entryCommit: world.bytes("entries") };

/** A vault's beginning and its first change of key, each signed by this key. */
function chainBy(key = world.user.sign.secretKey) {
  const place = { tid, vaultId, manifest: BEFORE_FIRST, author: world.place.uid };
  const sign = (seq: number, prevHash: Uint8Array, does: Deed) =>
    signChainStep({ ...place, seq, prevHash, bundleHash: world.bytes("bundle"), atMs: world.nowMs, does }, key);
  const first = sign(1, BEFORE_FIRST.hash, { kind: "create", vaultKind: "group", ...commits });
  const second = sign(2, readChainStep(first).hash, { kind: "rotate", keyGen: 2, ...commits });
  return [first, second] as const;
}

const keyOf: KeyOf = () => world.user.sign.publicKey;
const follow = (steps: readonly Uint8Array[], seen: Uint8Array) => {
  const { step, hash } = readChainStep(seen);
  return followChain(steps, { tid, vaultId, keyOf, pin: { seq: step.seq, hash } });
};

const coded = (code: string) => expect.objectContaining({ code });

describe("a chain that was followed before", () => {
  const steps = chainBy();
  const others = chainBy(world.device.sign.secretKey);

  it("is not verified again as far as it is known", () => {
    const noKey: KeyOf = () => {
      throw new Error("asked for a key");
    };
    const { step, hash } = readChainStep(steps[1]);
    expect(followChain(steps, { tid, vaultId, keyOf: noKey, pin: { seq: step.seq, hash } }).seq).toBe(2);
  });

  it("is refused where another one stands in its place, or less of it", () => {
    expect(() => follow(others, steps[1])).toThrow(coded("crypto.rollback"));
    expect(() => follow(steps.slice(0, 1), steps[1])).toThrow(coded("crypto.rollback"));
  });

  it("is verified from there on", () => {
    const [first] = steps;
    const forged = signedByAnother(first);
    expect(() => follow([first, forged], first)).toThrow(coded("crypto.signature"));
  });
});

function signedByAnother(first: Uint8Array): Uint8Array {
  const place = { tid, vaultId, manifest: BEFORE_FIRST, author: world.place.uid, bundleHash: world.bytes("bundle") };
  const does = { kind: "rotate", keyGen: 2, ...commits } as const;
  const step = { ...place, seq: 2, prevHash: readChainStep(first).hash, atMs: world.nowMs, does };
  return signChainStep(step, world.device.sign.secretKey);
}
