import { describe, expect, it } from "vitest";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { sign } from "#shared/crypto/primitives/sign.ts";
import {
  BEFORE_FIRST,
  checkChainStep,
  type Deed,
  readChainStep,
  signChainStep,
} from "#shared/crypto/vault/chain-step.ts";
import {
  checkManifest,
  demandSuccession,
  FIRST_MANIFEST_PREV,
  type Manifest,
  readManifest,
  signManifest,
} from "#shared/crypto/vault/manifest.ts";
import {
  ALL_RIGHTS,
  isSound,
  isWithin,
  may,
  namesOfRights,
  RIGHT_NAMES,
  type Right,
  rightsOf,
} from "#shared/crypto/vault/rights.ts";
import { ann, ben, bundleOf, code, commits, uidOf } from "./steps.ts";

describe("rights", () => {
  it("are one bit each, and read as they were written", () => {
    expect(RIGHT_NAMES.map((name) => rightsOf([name]))).toEqual([1, 2, 4, 8, 16, 32]);
    expect(rightsOf(RIGHT_NAMES)).toBe(ALL_RIGHTS);
    for (let rights = 0; rights <= ALL_RIGHTS; rights++) expect(rightsOf(namesOfRights(rights))).toBe(rights);
    expect([may(4, "write"), may(4, "read"), isWithin(5, 7), isWithin(5, 6), isWithin(0, 0)]).toEqual([
      true,
      false,
      true,
      false,
      true,
    ]);
  });

  it("are sound where nobody writes what they cannot read, or hands on what they do not have", () => {
    const sound = Array.from({ length: 256 }, (_, rights) => rights).filter(isSound);
    const named = sound.map((rights) => namesOfRights(rights).join(" "));
    expect(named).toEqual([
      ...["list", "list read", "list read write", "list read write delete"],
      ...["list read share", "list read write share", "list read write delete share"],
      ...["list read share admin", "list read write share admin", "list read write delete share admin"],
    ]);
    const needs: [Right, Right][] = [
      ["read", "list"],
      ["write", "read"],
      ["delete", "write"],
      ["share", "read"],
      ["admin", "share"],
    ];
    for (const [right, needed] of needs)
      expect(isSound(ALL_RIGHTS & ~rightsOf([needed])), `${right} without ${needed}`).toBe(false);
  });
});

const stepOf = (does: Deed) => ({
  ...{ tid: ann.place.tid, vaultId: ann.vaultId, seq: 4, prevHash: ann.bytes("prev"), atMs: ann.nowMs },
  ...{ manifest: { seq: 3, hash: ann.bytes("manifest") }, author: uidOf(ann), bundleHash: bundleOf(ann), does },
});
const DEEDS: Deed[] = [
  { kind: "create", vaultKind: "personal", ...commits("1") },
  { kind: "create", vaultKind: "group", ...commits("1") },
  { kind: "add", person: uidOf(ben), bundleHash: bundleOf(ben), rights: 7 },
  { kind: "remove", person: uidOf(ben) },
  { kind: "set", person: uidOf(ben), rights: 3 },
  { kind: "rotate", keyGen: 9, ...commits("9") },
  { kind: "renew", bundleHash: ben.bytes("next") },
  { kind: "create", vaultKind: "tenant", ...commits("1") },
  { kind: "create", vaultKind: "threshold", ...commits("1") },
  {
    ...{ kind: "quorum", keyGen: 3, ...commits("3"), setId: ann.shareSetId, threshold: 2 },
    shareCommit: ann.bytes("commit"),
    holders: [ann, ben].map((one) => ({ person: uidOf(one), bundleHash: bundleOf(one) })),
  },
];

describe("a step of a chain", () => {
  it.each(DEEDS)("is read as it was written: %o", (does) => {
    const bytes = signChainStep(stepOf(does), ann.user.sign.secretKey);
    const read = readChainStep(bytes);
    expect(read).toEqual({ step: stepOf(does), hash: sha256(bytes), bytes });
    expect(() => checkChainStep(read, ann.user.sign.publicKey)).not.toThrow();
    expect(() => checkChainStep(read, ben.user.sign.publicKey)).toThrow(code("crypto.signature"));
  });

  it("is refused of a kind that is not known, with less in it, or with more", () => {
    const kindAt = 5 + 16 + 16 + 8 + 32 + 8 + 32 + 16 + 32 + 8;
    for (const does of DEEDS) {
      const bytes = signChainStep(stepOf(does), ann.user.sign.secretKey);
      for (const kind of [0, 8, 255])
        expect(() => readChainStep(bytes.with(kindAt, kind))).toThrow(code("crypto.suite"));
      const [head, length] = [bytes.subarray(0, kindAt + 1), (bytes[kindAt + 2] ?? 0) + 1];
      const longer = concat(
        head,
        Uint8Array.of(0, length),
        bytes.subarray(kindAt + 3, kindAt + 2 + length),
        Uint8Array.of(0),
        bytes.subarray(-64),
      );
      expect(() => readChainStep(longer)).toThrow(code("crypto.format"));
      expect(() => readChainStep(bytes.subarray(0, -1))).toThrow(code("crypto.format"));
      expect(() => readChainStep(concat(bytes, Uint8Array.of(0)))).toThrow(code("crypto.format"));
    }
    const first = signChainStep(stepOf(DEEDS[0] ?? { kind: "remove", person: uidOf(ben) }), ann.user.sign.secretKey);
    for (const kind of [0, 5]) expect(() => readChainStep(first.with(kindAt + 3, kind))).toThrow(code("crypto.suite"));
  });

  it("is not written with a hash of another length", () => {
    const write = (more: object) => () =>
      signChainStep(
        { ...stepOf(DEEDS[3] ?? { kind: "remove", person: uidOf(ben) }), ...more },
        ann.user.sign.secretKey,
      );
    for (const more of [
      { prevHash: new Uint8Array(31) },
      { bundleHash: new Uint8Array(33) },
      { manifest: { seq: 1, hash: new Uint8Array(0) } },
    ])
      expect(write(more)).toThrow(code("crypto.key"));
    expect(BEFORE_FIRST).toEqual({ seq: 0, hash: new Uint8Array(32) });
  });
});

const manifestOf = (more: Partial<Manifest> = {}): Manifest => ({
  ...{ tid: ann.place.tid, vaultId: ann.vaultId, seq: 1, prevHash: FIRST_MANIFEST_PREV, keyGen: 2, chainSeq: 3 },
  ...{ chainHash: ann.bytes("chain"), items: 4, removed: 5, root: ann.bytes("root"), writer: uidOf(ann) },
  ...{ bundleHash: bundleOf(ann), atMs: ann.nowMs, ...more },
});
const made = (more: Partial<Manifest> = {}) => readManifest(signManifest(manifestOf(more), ann.user.sign.secretKey));

describe("a manifest", () => {
  it("is read as it was written, and its writer's word", () => {
    const read = made();
    expect(read.manifest).toEqual(manifestOf());
    expect(read.hash).toEqual(sha256(read.bytes));
    expect(read.bytes).toHaveLength(5 + 16 + 16 + 8 + 32 + 4 + 8 + 32 + 8 + 8 + 32 + 16 + 32 + 8 + 64);
    expect(() => checkManifest(read, ann.user.sign.publicKey)).not.toThrow();
    expect(() => checkManifest(read, ben.user.sign.publicKey)).toThrow(code("crypto.signature"));
    const body = read.bytes.subarray(0, -64);
    const otherPurpose = concat(body, sign("vault-chain", body, ann.user.sign.secretKey));
    expect(() => checkManifest(readManifest(otherPurpose), ann.user.sign.publicKey)).toThrow(code("crypto.signature"));
    for (const bytes of [read.bytes.subarray(0, -1), concat(read.bytes, Uint8Array.of(0)), read.bytes.subarray(0, 100)])
      expect(() => readManifest(bytes)).toThrow(code("crypto.format"));
  });

  const [first, second] = [made(), made({ seq: 2, prevHash: made().hash })];
  const third = made({ seq: 3, prevHash: second.hash });
  const pin = { seq: 1, hash: first.hash };
  const refused = code("crypto.rollback");

  it("goes on from the one that was seen, by each of those between", () => {
    expect(() => demandSuccession(first, [], pin)).not.toThrow();
    expect(() => demandSuccession(second, [], pin)).not.toThrow();
    expect(() => demandSuccession(third, [second], pin)).not.toThrow();
  });

  it("is refused where it is older, another of the same number, or goes on from something else", () => {
    expect(() => demandSuccession(first, [], { seq: 2, hash: second.hash })).toThrow(refused);
    expect(() => demandSuccession(made({ items: 9 }), [], pin)).toThrow(refused);
    expect(() => demandSuccession(third, [], pin)).toThrow(refused);
    expect(() => demandSuccession(third, [third], pin)).toThrow(refused);
    expect(() => demandSuccession(third, [second, second], pin)).toThrow(refused);
    const fork = made({ seq: 2, prevHash: first.hash, items: 9 });
    expect(() => demandSuccession(third, [fork], pin)).toThrow(refused);
    expect(() => demandSuccession(made({ seq: 2, prevHash: ann.bytes("x") }), [], pin)).toThrow(refused);
    expect(() => demandSuccession(made({ seq: 3, prevHash: first.hash }), [], pin)).toThrow(refused);
  });
});
