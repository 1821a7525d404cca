import type { Id } from "../../ids.ts";
import { concat } from "../encoding/bytes.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { sha256 } from "../primitives/hash.ts";
import type { SignPublicKey } from "../primitives/sign.ts";

/**
 * What two people read to each other, to see that neither was given another's key: sixty digits, the same on both sides.
 *
 *   half = h_5200 in decimal, where h_0 = H(label ‖ uid 16 ‖ genesis root key 32) and h_n = H(h_(n-1) ‖ uid ‖ key)
 *          each 5 bytes of the first 30, modulo 100000, are 5 digits
 *   number = the two halves in ascending order
 *
 * The first root key stands for all that follow, since each is signed by the one before. 30 digits are 99 bits for whoever looks for
 * a key with the same half; the iterations make each try cost more. Source: PROTOCOL 3.2; after Signal's numeric fingerprint, version 0.
 */
const ITERATIONS = 5200;

export interface Party {
  readonly uid: Id<"user">;
  readonly genesisKey: SignPublicKey;
}

/** Sixty digits, in twelve groups of five. */
export function safetyNumberOf(a: Party, b: Party): string[] {
  const halves = [halfOf(a), halfOf(b)].toSorted();
  return Array.from(halves.join("").matchAll(/\d{5}/g), ([five]) => five);
}

function halfOf({ uid, genesisKey }: Party): string {
  const party = concat(boundId("user", uid), genesisKey);
  let hash = sha256(labelOf("safety-number"), party);
  for (let i = 0; i < ITERATIONS; i++) hash = sha256(hash, party);
  return Array.from({ length: 6 }, (_, i) => digitsOf(hash.subarray(i * 5, i * 5 + 5))).join("");
}

const digitsOf = (five: Uint8Array): string =>
  String(five.reduce((sum, byte) => sum * 256 + byte, 0) % 100_000).padStart(5, "0");
