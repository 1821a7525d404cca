import { describe, expect, it } from "vitest";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import { currentKeyGen, everHad, goOn, memberAt, membersOf } from "#shared/crypto/vault/chain.ts";
import { BEFORE_FIRST, type Deed, readChainStep } from "#shared/crypto/vault/chain-step.ts";
import { type Manifest, readManifest, signManifest } from "#shared/crypto/vault/manifest.ts";
import { ALL_RIGHTS, type Right, rightsOf } from "#shared/crypto/vault/rights.ts";
import { type Counts, demandSteppedOn, demandWriter } from "#shared/crypto/vault/writer.ts";
import { adding, ann, begun, ben, bundleOf, CREATE, carol, code, commits, type Person, Steps, uidOf } from "./steps.ts";

const refused = code("crypto.context");
const EDIT: readonly Right[] = ["list", "read", "write", "delete"];
const of = (...rights: Right[]) => rightsOf(rights);
const removing = (person: Person): Deed => ({ kind: "remove", person: uidOf(person) });
const setting = (person: Person, rights: number): Deed => ({ kind: "set", person: uidOf(person), rights });
const rotating = (keyGen: number): Deed => ({ kind: "rotate", keyGen, ...commits(String(keyGen)) });
const renewing = (bundleHash: Uint8Array): Deed => ({ kind: "renew", bundleHash });

describe("a vault's chain", () => {
  it("begins with its maker as the only member, who may do everything", () => {
    const state = begun().follow();
    expect([state.kind, state.seq, currentKeyGen(state)]).toEqual(["group", 1, 1]);
    expect(membersOf(state).map(({ person, rights, bundleHash }) => [person, rights, bundleHash])).toEqual([
      [uidOf(ann), ALL_RIGHTS, bundleOf(ann)],
    ]);
    expect(state.generations).toEqual([{ keyGen: 1, seq: 1, ...commits("1") }]);
    expect(state.hash).toEqual(sha256(begun().bytes[0] ?? new Uint8Array(0)));
  });

  it("is none without a first step, or with a first that is not one", () => {
    expect(() => new Steps().follow()).toThrow(code("crypto.rollback"));
    expect(() => new Steps().next(ann, adding(ben, 1)).follow()).toThrow(refused);
    expect(() => new Steps().next(ann, CREATE, { seq: 2 }).follow()).toThrow(refused);
    expect(() => new Steps().next(ann, CREATE, { prevHash: ann.bytes("other") }).follow()).toThrow(refused);
    expect(() => new Steps().next(ann, CREATE, { manifest: { seq: 1, hash: BEFORE_FIRST.hash } }).follow()).toThrow(
      refused,
    );
    expect(() => new Steps().next(ann, CREATE, { manifest: { seq: 0, hash: ann.bytes("other") } }).follow()).toThrow(
      refused,
    );
    expect(() => begun().next(ann, CREATE).follow()).toThrow(refused);
  });

  it("is of one tenant and one vault, signed by whom it names, and each step stands on the one before", () => {
    expect(() => begun().follow({ tid: ben.agentPlace.tid })).toThrow(refused);
    expect(() => begun().follow({ vaultId: ben.vaultId })).toThrow(refused);
    expect(() => begun().follow({ keyOf: () => ben.user.sign.publicKey })).toThrow(code("crypto.signature"));
    const add = adding(ben, 1);
    for (const more of [{ seq: 3 }, { seq: 1 }, { prevHash: ann.bytes("x") }, { bundleHash: ben.bytes("bundle") }])
      expect(() => begun().next(ann, add, more).follow()).toThrow(refused);
    const at = (seq: number) => ({ manifest: { seq, hash: ann.bytes(`manifest ${seq}`) } });
    const later = begun().next(ann, add, at(5));
    expect(() => later.next(ann, removing(ben), at(4)).follow()).toThrow(refused);
    expect(begun().next(ann, add, at(5)).next(ann, removing(ben), at(5)).follow().seq).toBe(3);
    const third = begun().next(ann, add, at(5)).next(ann, removing(ben), at(7));
    expect(() => third.next(ann, add, at(6)).follow()).toThrow(refused);
  });

  it("has to contain what was seen of it", () => {
    const chain = begun().next(ann, adding(ben, 1));
    const hashes = chain.bytes.map((bytes) => sha256(bytes));
    const pinAt = (seq: number, hash = hashes[seq - 1] ?? ann.bytes("x")) => ({ pin: { seq, hash } });
    expect(chain.follow(pinAt(1)).seq).toBe(2);
    expect(chain.follow(pinAt(2)).seq).toBe(2);
    for (const pin of [pinAt(3), pinAt(1, ann.bytes("x")), pinAt(2, hashes[0])])
      expect(() => chain.follow(pin)).toThrow(code("crypto.rollback"));
    const asked: string[] = [];
    const keyOf = (person: string) => {
      asked.push(person);
      return (person === uidOf(ben) ? ben : ann).user.sign.publicKey;
    };
    chain.next(ben, removing(ben)).follow({ ...pinAt(2), keyOf }); // whose steps were judged before are not asked for again
    expect(asked).toEqual([uidOf(ben)]);
  });
});

describe("who may change the members", () => {
  const withBen = (rights: number) => begun().next(ann, adding(ben, rights));

  it.each<[string, () => Steps]>([
    [
      "adds somebody with what they have",
      () => withBen(of("list", "read", "share")).next(ben, adding(carol, of("list", "read"))),
    ],
    ["adds somebody again who was removed", () => withBen(1).next(ann, removing(ben)).next(ann, adding(ben, 3))],
    ["leaves", () => withBen(1).next(ben, removing(ben))],
    ["leaves, when another looks after it", () => withBen(ALL_RIGHTS).next(ann, removing(ann))],
    ["removes, as who looks after it", () => withBen(ALL_RIGHTS).next(ben, removing(ann))],
    ["gives and takes rights", () => withBen(1).next(ann, setting(ben, ALL_RIGHTS)).next(ben, setting(ann, 1))],
    ["keeps what they have", () => begun().next(ann, setting(ann, ALL_RIGHTS))],
    ["begins the next key", () => begun().next(ann, rotating(2)).next(ann, rotating(3))],
  ])("%s", (_, make) => {
    expect(make().follow().steps).toHaveLength(make().bytes.length);
  });

  it.each<[string, () => Steps]>([
    ["adds without the right to", () => withBen(rightsOf(EDIT)).next(ben, adding(carol, 1))],
    ["gives more than they have", () => withBen(of("list", "read", "share")).next(ben, adding(carol, rightsOf(EDIT)))],
    ["adds who is there", () => withBen(1).next(ann, adding(ben, 3))],
    ["adds with rights that make no sense", () => begun().next(ann, adding(ben, of("read")))],
    ["adds with none", () => begun().next(ann, adding(ben, 0))],
    ["is no member", () => begun().next(ben, adding(carol, 1))],
    ["was removed", () => withBen(ALL_RIGHTS).next(ann, removing(ben)).next(ben, adding(carol, 1))],
    ["removes somebody without the right to", () => withBen(of("list", "read", "share")).next(ben, removing(ann))],
    [
      "removes another member without the right to",
      () =>
        withBen(of("list", "read", "share"))
          .next(ann, adding(carol, 1))
          .next(ben, removing(carol)),
    ],
    ["removes who is not there", () => begun().next(ann, removing(ben))],
    ["removes the last who looks after it", () => withBen(rightsOf(EDIT)).next(ann, removing(ann))],
    ["steps down as the last who looks after it", () => withBen(rightsOf(EDIT)).next(ann, setting(ann, 1))],
    ["takes rights by themselves", () => withBen(1).next(ben, setting(ben, ALL_RIGHTS))],
    ["sets rights that make no sense", () => withBen(1).next(ann, setting(ben, of("list", "write")))],
    ["sets the rights of who is not there", () => begun().next(ann, setting(ben, 1))],
    ["begins a key without the right to", () => withBen(of("list", "read", "share")).next(ben, rotating(2))],
    ["begins a key out of turn", () => begun().next(ann, rotating(3))],
    ["begins the same key again", () => begun().next(ann, rotating(1))],
    [
      "renews a key as who was removed",
      () =>
        withBen(1)
          .next(ann, removing(ben))
          .next(ben, renewing(ben.bytes("next"))),
    ],
  ])("but nobody %s", (_, make) => {
    expect(() => make().follow()).toThrow(refused);
  });

  it("is nobody but its owner in a vault of one's own", () => {
    const own = () => new Steps().next(ann, { ...CREATE, vaultKind: "personal" });
    expect(own().next(ann, rotating(2)).follow().kind).toBe("personal");
    for (const does of [adding(ben, 1), removing(ann), setting(ann, ALL_RIGHTS)])
      expect(() => own().next(ann, does).follow()).toThrow(refused);
  });
});

describe("what a chain remembers", () => {
  const next = ben.bytes("next bundle");
  const chain = begun()
    .next(ann, adding(ben, 3))
    .next(ann, setting(ben, rightsOf(EDIT)))
    .next(ann, rotating(2))
    .next(ben, renewing(next))
    .next(ann, removing(ben))
    .next(ann, adding(ben, 1));
  const state = chain.follow();

  it("is what each was after each step, under which keys", () => {
    const was = [1, 2, 3, 4, 5, 6, 7].map((seq) => memberAt(state, uidOf(ben), seq));
    expect(was.map((member) => member?.rights)).toEqual([undefined, 3, 15, 15, 15, undefined, 1]);
    expect(was.map((member) => member?.bundleHash)).toEqual([
      ...[undefined, bundleOf(ben), bundleOf(ben), bundleOf(ben), next, undefined, bundleOf(ben)],
    ]);
    expect(memberAt(state, uidOf(carol), 7)).toBeUndefined();
    const bundleHash = bundleOf(ben);
    const again = chain.follow();
    expect(again.periods.get(uidOf(ben))).toEqual([
      { from: 2, until: 3, bundleHash, rights: 3 },
      { from: 3, until: 5, bundleHash, rights: 15 },
      { from: 5, until: 6, bundleHash: next, rights: 15 },
      { from: 7, until: undefined, bundleHash, rights: 1 },
    ]);
    expect(again.generations).toEqual([
      { keyGen: 1, seq: 1, ...commits("1") },
      { keyGen: 2, seq: 4, ...commits("2") },
    ]);
    expect(membersOf(state).map(({ person }) => person)).toEqual([uidOf(ann), uidOf(ben)]);
    expect(membersOf({ ...state, seq: 6 }).map(({ person }) => person)).toEqual([uidOf(ann)]);
  });

  it("is who ever had a right", () => {
    expect([everHad(state, uidOf(ben), "write"), everHad(state, uidOf(ben), "share")]).toEqual([true, false]);
    expect([everHad(state, uidOf(ann), "admin"), everHad(state, uidOf(carol), "list")]).toEqual([true, false]);
  });

  it("refuses a step by a key that its owner has renewed, and one that names keys nobody vouches for", () => {
    const renewed = () => begun().next(ann, adding(ben, 3)).next(ben, renewing(next));
    expect(() => renewed().next(ben, removing(ben)).follow()).toThrow(refused);
    expect(renewed().next(ben, removing(ben), { bundleHash: next }).follow().seq).toBe(4);
    const asked: Uint8Array[] = [];
    renewed().follow({
      keyOf(person, hash) {
        asked.push(hash);
        return (person === uidOf(ben) ? ben : ann).user.sign.publicKey;
      },
    });
    expect(asked).toContainEqual(next);
  });

  it("goes on from a state only by the step after it", () => {
    const last = chain.bytes.at(-1) ?? new Uint8Array(0);
    expect(() => goOn(state, readChainStep(last))).toThrow(refused);
    expect(goOn({ ...state, steps: [] }, readChainStep(begunAfter(state)))).toMatchObject({ seq: 8 });
  });

  const begunAfter = ({ hash }: { readonly hash: Uint8Array }) =>
    new Steps().next(ann, removing(ben), { seq: 8, prevHash: hash }).bytes[0] ?? new Uint8Array(0);
});

describe("who may write", () => {
  const chain = begun()
    .next(ann, adding(ben, rightsOf(EDIT)), { manifest: { seq: 1, hash: ann.bytes("m1") } })
    .next(ann, rotating(2), { manifest: { seq: 3, hash: ann.bytes("m3") } })
    .next(ann, setting(ben, of("list", "read", "write")), { manifest: { seq: 5, hash: ann.bytes("m5") } })
    .next(ann, setting(ben, 3), { manifest: { seq: 7, hash: ann.bytes("m7") } })
    .next(ann, adding(carol, 3), { manifest: { seq: 7, hash: ann.bytes("m7") } });
  const state = chain.follow();
  const counted = (removed: number, items = 3) => ({ items, removed });
  const written = (writer: Person, more: Partial<Manifest>) => {
    const chainSeq = more.chainSeq ?? 1;
    const manifest = {
      ...{ tid: ann.place.tid, vaultId: ann.vaultId, seq: 2, prevHash: ann.bytes("p"), keyGen: 1, chainSeq },
      ...{ chainHash: sha256(chain.bytes[chainSeq - 1] ?? new Uint8Array(0)), items: 3, removed: 0 },
      ...{ root: ann.bytes("root"), writer: uidOf(writer), bundleHash: bundleOf(writer), atMs: 1, ...more },
    };
    return readManifest(signManifest(manifest, writer.user.sign.secretKey));
  };

  it.each<[string, Person, Partial<Manifest>, Counts | undefined]>([
    ["who may, where the chain stood", ben, { chainSeq: 2, seq: 2 }, counted(0)],
    ["who may, and knows the newest step made before it", ben, { chainSeq: 3, seq: 4, keyGen: 2 }, counted(0)],
    ["who wrote what the next step was made on", ben, { chainSeq: 3, seq: 5, keyGen: 2 }, counted(0)],
    ["who removes and may", ben, { chainSeq: 3, seq: 4, keyGen: 2, removed: 2 }, counted(1)],
    [
      "who removes as many as went, and adds one",
      ben,
      { chainSeq: 3, seq: 4, keyGen: 2, items: 3, removed: 2 },
      counted(1),
    ],
    ["who adds and may only write", ben, { chainSeq: 4, seq: 6, keyGen: 2, items: 4, removed: 2 }, counted(2)],
    ["who may write and not remove", ben, { chainSeq: 4, seq: 6, keyGen: 2, removed: 2 }, counted(2)],
    [
      "who removed, as far as nobody knows what was there before",
      ben,
      { chainSeq: 4, seq: 6, keyGen: 2, removed: 9 },
      undefined,
    ],
    ["the maker, of the first", ann, { chainSeq: 1, seq: 1 }, undefined],
  ])("is %s", (_, writer, more, before) => {
    expect(() => demandWriter(state, written(writer, more), before)).not.toThrow();
  });

  it.each<[string, Person, Partial<Manifest>, Counts | undefined]>([
    ["who is no member", carol, { chainSeq: 2 }, counted(0)],
    ["who was none yet", ben, { chainSeq: 1, seq: 1 }, counted(0)],
    ["who may only read", ben, { chainSeq: 5, seq: 7, keyGen: 2 }, counted(0)],
    ["who may only read, even of the first", ben, { chainSeq: 5, seq: 1, keyGen: 2 }, undefined],
    ["who removes and may only write", ben, { chainSeq: 4, seq: 6, keyGen: 2, items: 2, removed: 3 }, counted(2)],
    [
      "who drops one uncounted and may only write",
      ben,
      { chainSeq: 4, seq: 6, keyGen: 2, items: 2, removed: 2 },
      counted(2),
    ],
    [
      "who drops one uncounted, whatever they may",
      ben,
      { chainSeq: 3, seq: 4, keyGen: 2, items: 2, removed: 1 },
      counted(1),
    ],
    [
      "who counts one back, whatever they may",
      ben,
      { chainSeq: 3, seq: 4, keyGen: 2, items: 4, removed: 0 },
      counted(1),
    ],
    [
      "who brings back what was removed and may only write",
      ben,
      { chainSeq: 4, seq: 6, keyGen: 2, items: 4, removed: 1 },
      counted(2),
    ],
    ["a member by other keys", ben, { chainSeq: 2, bundleHash: ann.bytes("bundle") }, counted(0)],
    ["a member on another chain", ben, { chainSeq: 2, chainHash: ann.bytes("fork") }, counted(0)],
    ["a member on steps that are not there", ben, { chainSeq: 9, chainHash: ann.bytes("x") }, counted(0)],
    ["a member under an older key", ben, { chainSeq: 3, seq: 4, keyGen: 1 }, counted(0)],
    ["a member under a key to come", ben, { chainSeq: 2, keyGen: 2 }, counted(0)],
    ["a member who does not know a step made before it", ben, { chainSeq: 2, seq: 4 }, counted(0)],
  ])("is not %s", (_, writer, more, before) => {
    expect(() => demandWriter(state, written(writer, more), before)).toThrow(refused);
  });

  it("is judged on top of the manifests that the steps were made on", () => {
    const at = (seq: number, hash: Uint8Array) => () => demandSteppedOn(state, { seq, hash });
    expect(at(7, ann.bytes("m7"))).not.toThrow();
    expect(at(8, ann.bytes("any"))).not.toThrow();
    expect(at(7, ann.bytes("any"))).toThrow(code("crypto.rollback"));
    expect(at(6, ann.bytes("any"))).toThrow(code("crypto.rollback"));
    expect(at(5, ann.bytes("m5"))).toThrow(code("crypto.rollback"));
  });
});
