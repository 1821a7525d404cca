import { concat, erase } from "../encoding/bytes.ts";
import { readerOf } from "../encoding/reader.ts";
import { deriveKemKeys, type KemKeys } from "../primitives/kem.ts";
import { makeBytes } from "../primitives/random.ts";
import { deriveSignKeys, type SignKeys } from "../primitives/sign.ts";
import { openForSelf, sealForSelf } from "../sealing/self-seal.ts";
import type { RootKeys } from "./root.ts";

/**
 * The keys others know a user by: IKsig (Ed25519) and IKkem (X-Wing). Random, not derived from the root key, so that the
 * root can be rotated without a new face. Kept as OCP1 "identity": edSeed 32 ‖ kemSeed 32.
 * Devices have a pair of the same shape, made on the device and never moved.
 */
export interface Identity {
  readonly sign: SignKeys;
  readonly kem: KemKeys;
}

export function makeIdentity(): Identity {
  return { sign: deriveSignKeys(makeBytes(32)), kem: deriveKemKeys(makeBytes(32)) };
}

/** A device's own keys: the same shape, another life. */
export const makeDeviceKeys = (): Identity => makeIdentity();

export function sealIdentity(owner: RootKeys, version: number, identity: Identity): Uint8Array {
  const seeds = concat(identity.sign.secretKey, identity.kem.secretKey);
  const sealed = sealForSelf(owner, { name: "identity", version }, seeds);
  erase(seeds);
  return sealed;
}

export function openIdentity(owner: RootKeys, version: number, bytes: Uint8Array): Identity {
  const reader = readerOf(openForSelf(owner, { name: "identity", version }, bytes));
  const identity = { sign: deriveSignKeys(reader.take(32)), kem: deriveKemKeys(reader.take(32)) };
  reader.end();
  return identity;
}
