import { describe, expect, it } from "vitest";
import { currentKeyGen, everHad, memberAt, membersOf } from "#shared/crypto/vault/chain.ts";
import type { Deed, Holder, Quorum } from "#shared/crypto/vault/chain-step.ts";
import { fingerprintOf } from "#shared/crypto/vault/quorum.ts";
import { ALL_RIGHTS } from "#shared/crypto/vault/rights.ts";
import { idFromBytes } from "#shared/ids.ts";
import { adding, ann, begun, ben, bundleOf, CREATE, carol, code, commits, type Person, Steps, uidOf } from "./steps.ts";

const refused = code("crypto.context");
const holderOf = (person: Person): Holder => ({ person: uidOf(person), bundleHash: bundleOf(person) });
const strangers = (count: number): Holder[] =>
  Array.from({ length: count }, (_, i) => ({
    person: idFromBytes("user", ann.bytes(`stranger ${i}`, 16)),
    bundleHash: ann.bytes(`bundle ${i}`),
  }));
const quorum = (holders: readonly Holder[], more: Partial<Quorum> = {}): Quorum => ({
  ...{ kind: "quorum", keyGen: 2, ...commits("2"), setId: ann.shareSetId, threshold: 2 },
  ...{ shareCommit: ann.bytes("share commit"), holders, ...more },
});
const threshold = () => new Steps().next(ann, { ...CREATE, vaultKind: "threshold" });
const held = (...people: Person[]) => threshold().next(ann, quorum(people.map(holderOf)));

describe("a vault that only several open", () => {
  it("has the holders of its shares for members, a next key, and a set that says whose it is", () => {
    const state = held(ann, ben).follow();
    expect(state.kind).toBe("threshold");
    expect(membersOf(state).map(({ person, from, rights, bundleHash }) => [person, from, rights, bundleHash])).toEqual([
      [uidOf(ann), 2, ALL_RIGHTS, bundleOf(ann)],
      [uidOf(ben), 2, ALL_RIGHTS, bundleOf(ben)],
    ]);
    expect(currentKeyGen(state)).toBe(2);
    expect(state.generations[1]).toEqual({ keyGen: 2, seq: 2, ...commits("2") });
    expect(state.quorum).toEqual({
      set: {
        ...{ purpose: "vault", setId: ann.shareSetId, threshold: 2, count: 2, commit: ann.bytes("share commit") },
        ownerFingerprint: fingerprintOf({ tid: ann.place.tid, vaultId: ann.vaultId }),
      },
      maker: holderOf(ann),
      holders: [holderOf(ann), holderOf(ben)],
    });
    expect(threshold().follow().quorum).toBeUndefined();
  });

  it("changes hands as a whole: who holds no share of the next set is no member, who holds one again is", () => {
    const third = quorum([ben, carol].map(holderOf), { keyGen: 3, ...commits("3"), setId: ben.shareSetId });
    const fourth = quorum([ann, carol].map(holderOf), { keyGen: 4, ...commits("4") });
    const state = held(ann, ben).next(ben, third).next(carol, fourth).follow();
    const was = (person: Person) => [1, 2, 3, 4].map((seq) => memberAt(state, uidOf(person), seq)?.from);
    expect([was(ann), was(ben), was(carol)]).toEqual([
      [1, 2, undefined, 4],
      [undefined, 2, 3, undefined],
      [undefined, undefined, 3, 4],
    ]);
    expect(state.periods.get(uidOf(ann))?.map(({ until }) => until)).toEqual([2, 3, undefined]);
    expect(state.periods.get(uidOf(ben))?.map(({ until }) => until)).toEqual([3, 4]);
    expect([everHad(state, uidOf(ben), "admin"), state.quorum?.maker]).toEqual([true, holderOf(carol)]);
    expect(state.seq).toBe(4);
    expect(state.steps).toHaveLength(4);
  });

  it("lets a holder renew their keys, and go on with them", () => {
    const next = ben.bytes("next bundle");
    const renewed = held(ann, ben).next(ben, { kind: "renew", bundleHash: next });
    const again = quorum([ann, ben].map(holderOf), { keyGen: 3, ...commits("3") });
    expect(() => renewed.next(ben, again).follow()).toThrow(refused);
    const state = held(ann, ben)
      .next(ben, { kind: "renew", bundleHash: next })
      .next(ben, again, { bundleHash: next })
      .follow();
    expect(state.quorum?.maker).toEqual({ person: uidOf(ben), bundleHash: next });
  });

  it.each<[string, Quorum]>([
    ["two of two", quorum(strangers(2))],
    ["ten of ten", quorum(strangers(10), { threshold: 10 })],
    ["two of ten", quorum(strangers(10))],
  ])("takes %s", (_, does) => {
    expect(membersOf(threshold().next(ann, does).follow())).toHaveLength(does.holders.length);
  });

  it.each<[string, Quorum]>([
    ["one of two", quorum(strangers(2), { threshold: 1 })],
    ["none of two", quorum(strangers(2), { threshold: 0 })],
    ["three of two", quorum(strangers(2), { threshold: 3 })],
    ["two of eleven", quorum(strangers(11))],
    ["two of nobody", quorum([])],
    ["somebody twice", quorum([...strangers(2), ...strangers(1)])],
    ["the same key again", quorum(strangers(2), { keyGen: 1 })],
    ["a key out of turn", quorum(strangers(2), { keyGen: 3 })],
  ])("does not take %s", (_, does) => {
    expect(() => threshold().next(ann, does).follow()).toThrow(refused);
  });

  it.each<[string, Deed]>([
    ["adds somebody", adding(ben, 1)],
    ["removes somebody", { kind: "remove", person: uidOf(ben) }],
    ["sets rights", { kind: "set", person: uidOf(ben), rights: 3 }],
    ["begins a key", { kind: "rotate", keyGen: 3, ...commits("3") }],
  ])("has nobody who %s", (_, does) => {
    expect(() => held(ann, ben).next(ann, does).follow()).toThrow(refused);
  });

  it("is made of no other kind of vault, and by no stranger", () => {
    expect(() =>
      begun()
        .next(ann, quorum(strangers(2)))
        .follow(),
    ).toThrow(refused);
    const own = new Steps().next(ann, { ...CREATE, vaultKind: "personal" });
    expect(() => own.next(ann, quorum(strangers(2))).follow()).toThrow(refused);
    expect(() =>
      threshold()
        .next(ben, quorum(strangers(2)))
        .follow(),
    ).toThrow(refused);
    const gone = held(ben, carol).next(ann, quorum(strangers(2), { keyGen: 3 }));
    expect(() => gone.follow()).toThrow(refused);
  });
});
