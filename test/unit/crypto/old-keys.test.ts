import { describe, expect, it } from "vitest";
import { type Carried, openCarry, sealCarry } from "#shared/crypto/account/carry.ts";
import {
  demandNoFewer,
  NO_REVOCATIONS,
  openRevocations,
  type Revocations,
  signRevocations,
} from "#shared/crypto/account/device-revocations.ts";
import { concat, u8, u16, u32, u64, utf8 } from "#shared/crypto/encoding/bytes.ts";
import { asKey } from "#shared/crypto/encoding/key.ts";
import { openForSelf, sealForSelf } from "#shared/crypto/sealing/self-seal.ts";
import { signStatement } from "#shared/crypto/sealing/statement.ts";
import { type Id, idBytes, idFromBytes } from "#shared/ids.ts";
import { worldOf } from "./world.ts";

const alice = worldOf(1);
const bob = worldOf(2);
const code = (value: string) => expect.objectContaining({ code: value });
const odd = code("crypto.format");

describe("what a new root carries of those before it", () => {
  const owner = { ...alice.root, urkGen: 20 };
  const oldOf = (urkGen: number): Carried => ({
    urkGen,
    selfWrap: asKey(alice.bytes(`wrap ${urkGen}`)),
    identity: urkGen % 2 ? alice.user : alice.device,
    bundleHash: alice.bytes(`bundle ${urkGen}`),
  });
  const rowOf = ({ urkGen, selfWrap, identity, bundleHash }: Carried) =>
    concat(u32(urkGen), selfWrap, identity.sign.secretKey, identity.kem.secretKey, bundleHash);
  const rows = (...gens: number[]) => concat(...gens.map((urkGen) => rowOf(oldOf(urkGen))));
  const place = { name: "carry", version: 20 };
  const open = (inside: Uint8Array) => openCarry(owner, sealForSelf(owner, place, inside));
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

  it("comes back as it was, up to eight of them, as its page says", () => {
    for (const gens of [[1], [3, 19], upTo(8)]) {
      const carried = gens.map(oldOf);
      const sealed = sealCarry(owner, carried);
      expect(openCarry(owner, sealed)).toEqual(carried);
      expect(openForSelf(owner, place, sealed)).toEqual(concat(u8(gens.length), rows(...gens)));
    }
    expect(open(concat(u8(2), rows(3, 19)))).toEqual([oldOf(3), oldOf(19)]);
  });

  it("is not written of none, of nine, or with a hash or key of another length", () => {
    for (const gens of [[], upTo(9)]) expect(() => sealCarry(owner, gens.map(oldOf))).toThrow(odd);
    expect(() => sealCarry(owner, [{ ...oldOf(1), bundleHash: new Uint8Array(31) }])).toThrow(code("crypto.key"));
    const short = new Uint8Array(31) as unknown as Carried["selfWrap"]; // what the types would not let through
    expect(() => sealCarry(owner, [{ ...oldOf(1), selfWrap: short }])).toThrow(code("crypto.key"));
  });

  it("A07 is refused of none, of nine, out of order, twice, of its own or a later root, cut or longer", () => {
    const wrong = [
      ...[u8(0), concat(u8(9), rows(...upTo(9))), concat(u8(2), rows(5, 4)), concat(u8(2), rows(5, 5))],
      ...[concat(u8(1), rows(0)), concat(u8(1), rows(20)), concat(u8(1), rows(21)), new Uint8Array(0)],
      ...[concat(u8(2), rows(5)), concat(u8(1), rows(5), u8(0)), concat(u8(1), rows(5)).subarray(0, -1)],
    ];
    for (const inside of wrong) expect(() => open(inside)).toThrow(odd);
  });

  it("is of one root, in its own place", () => {
    const sealed = sealCarry(owner, [oldOf(1)]);
    expect(() => openCarry({ ...owner, urkGen: 21 }, sealed)).toThrow(code("crypto.context"));
    expect(() => openCarry({ ...owner, selfWrap: bob.root.selfWrap }, sealed)).toThrow(code("crypto.commitment"));
    for (const at of [
      { name: "identity", version: 20 },
      { name: "carry", version: 19 },
    ])
      expect(() => openCarry(owner, sealForSelf(owner, at, concat(u8(1), rows(5))))).toThrow(code("crypto.context"));
  });
});

const deviceOf = (first: number): Id<"device"> => idFromBytes("device", alice.bytes("device", 16).with(0, first));
const [low, middle, high] = [deviceOf(1), deviceOf(0x7f), deviceOf(0x80)];

describe("devices that were taken back", () => {
  const { publicKey, secretKey } = alice.root.rootSign;
  const { tid, uid } = alice.place;
  const expected = { tid, uid, rootKey: publicKey };
  const head = concat(utf8("OCDR"), u8(1), idBytes(tid), idBytes(uid));
  const signed = (body: Uint8Array) => signStatement("device-revocations", body, secretKey);
  const list = (seq: number, ...ids: Id<"device">[]) => concat(head, u64(seq), u16(ids.length), ...ids.map(idBytes));

  it("are listed in ascending order, whatever order they are given in", () => {
    for (const ids of [
      [high, low, middle],
      [low, middle, high],
      [middle, high, low],
    ]) {
      const bytes = signRevocations(alice.place, { seq: 4, devices: new Set(ids) }, secretKey);
      expect(bytes).toEqual(signed(list(4, low, middle, high)));
    }
    const last = idFromBytes("device", idBytes(low).with(15, 255));
    const before = idFromBytes("device", idBytes(low).with(15, 0));
    const bytes = signRevocations(alice.place, { seq: 1, devices: new Set([last, before]) }, secretKey);
    expect(bytes).toEqual(signed(list(1, before, last)));
  });

  it("are read as they were written, none of them too", () => {
    for (const devices of [new Set<Id<"device">>(), new Set([low]), new Set([low, middle, high])]) {
      const bytes = signRevocations(alice.place, { seq: 1, devices }, secretKey);
      expect(openRevocations(bytes, expected)).toEqual({ seq: 1, devices });
    }
    expect(NO_REVOCATIONS).toEqual({ seq: 0, devices: new Set() });
  });

  it("are of one person, by their root", () => {
    const bytes = signed(list(1, low));
    for (const more of [{ tid: bob.place.tid }, { uid: bob.place.uid }])
      expect(() => openRevocations(bytes, { ...expected, ...more })).toThrow(code("crypto.context"));
    expect(() => openRevocations(bytes, { ...expected, rootKey: bob.root.rootSign.publicKey })).toThrow(
      code("crypto.signature"),
    );
    const other = signStatement("device-cert", list(1, low), secretKey);
    expect(() => openRevocations(other, expected)).toThrow(code("crypto.signature"));
  });

  it("A07 are refused before the first, out of order, twice, and with more or fewer than they say", () => {
    const wrong = [
      ...[list(0, low), list(1, middle, low), list(1, low, low), list(1, low, high, middle), list(1, high, low)],
      ...[concat(list(1, low), u8(0)), list(1, low).subarray(0, -1), concat(head, u64(1), u16(2), idBytes(low))],
    ];
    for (const body of wrong) expect(() => openRevocations(signed(body), expected)).toThrow(odd);
  });

  const of = (seq: number, ...ids: Id<"device">[]): Revocations => ({ seq, devices: new Set(ids) });

  it.each([
    ["the same", of(2, low), of(2, low)],
    ["one more", of(3, low, high), of(2, low)],
    ["the next, with none more", of(3, low), of(2, low)],
    ["the first", of(1, low), NO_REVOCATIONS],
  ])("go on with %s", (_, next, before) => {
    expect(() => demandNoFewer(next, before)).not.toThrow();
  });

  it.each([
    ["an older list", of(1, low), of(2, low)],
    ["an older list that names more", of(1, low, high), of(2, low)],
    ["one fewer", of(3, low), of(2, low, high)],
    ["another in its place", of(3, high), of(2, low)],
    ["one of the same number with more", of(2, low, high), of(2, low)],
    ["one of the same number with another", of(2, high), of(2, low)],
  ])("do not go on with %s", (_, next, before) => {
    expect(() => demandNoFewer(next, before)).toThrow(code("crypto.rollback"));
  });
});
