import { concat, erase, u8, u32 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { asKey, checked, type Key } from "../encoding/key.ts";
import { type Reader, readerOf } from "../encoding/reader.ts";
import { deriveKemKeys } from "../primitives/kem.ts";
import { deriveSignKeys } from "../primitives/sign.ts";
import { openForSelf, sealForSelf } from "../sealing/self-seal.ts";
import type { Identity } from "./identity.ts";
import type { RootKeys } from "./root.ts";

/**
 * What a new root carries of the ones before it, for as long as something is still sealed under them: OCP1 "carry", in the version of
 * the new root's generation.
 *
 *   count 1 ‖ count × (urkGen 4 ‖ selfWrap 32 ‖ edSeed 32 ‖ kemSeed 32 ‖ bundleHash 32)      ascending by urkGen
 *
 * It opens what an earlier root sealed to itself and what others sealed to the identity of then, and signs as that identity. It has no
 * root to sign with: nothing more can be certified by a root that is gone.
 */
export interface Carried {
  readonly urkGen: number;
  readonly selfWrap: Key;
  readonly identity: Identity;
  /** H of the bundle by which others knew this identity last. */
  readonly bundleHash: Uint8Array;
}

const MOST = 8; // rotations begun before the first of them was finished

export function sealCarry(owner: RootKeys, carried: readonly Carried[]): Uint8Array {
  demand(carried.length > 0 && carried.length <= MOST, "crypto.format");
  const parts = carried.map(({ urkGen, selfWrap, identity, bundleHash }) =>
    concat(...[u32(urkGen), asKey(selfWrap), identity.sign.secretKey, identity.kem.secretKey], checked(bundleHash, 32)),
  );
  const plain = concat(u8(carried.length), ...parts);
  const sealed = sealForSelf(owner, placeOf(owner), plain);
  for (const secret of [plain, ...parts]) erase(secret);
  return sealed;
}

/** @throws crypto.context, crypto.commitment, crypto.open, crypto.format */
export function openCarry(owner: RootKeys, bytes: Uint8Array): Carried[] {
  const reader = readerOf(openForSelf(owner, placeOf(owner), bytes));
  const count = reader.u8();
  demand(count > 0 && count <= MOST, "crypto.format");
  const carried: Carried[] = [];
  for (let i = 0; i < count; i++) {
    const one = readOne(reader);
    demand(one.urkGen > (carried.at(-1)?.urkGen ?? 0) && one.urkGen < owner.urkGen, "crypto.format");
    carried.push(one);
  }
  reader.end();
  return carried;
}

const readOne = (reader: Reader): Carried => ({
  urkGen: reader.u32(),
  selfWrap: asKey(reader.take(32)),
  identity: { sign: deriveSignKeys(reader.take(32)), kem: deriveKemKeys(reader.take(32)) },
  bundleHash: reader.take(32),
});

const placeOf = ({ urkGen }: RootKeys) => ({ name: "carry", version: urkGen });
