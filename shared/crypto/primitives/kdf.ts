import { expand, extract } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { concat } from "../encoding/bytes.ts";
import { asKey, type Key } from "../encoding/key.ts";
import { type KdfPurpose, labelOf } from "../encoding/purposes.ts";

/**
 * HKDF-SHA256 (RFC 5869). Every info starts with the purpose label:
 *
 *   info = "ocmt/v1/<purpose>\0" ‖ context
 *
 * `context` comes last and is free, so callers give parts of variable length an L(x).
 */
export interface Derivation {
  readonly purpose: KdfPurpose;
  readonly ikm: Uint8Array;
  readonly salt?: Uint8Array;
  readonly context?: Uint8Array;
}

const NONE = new Uint8Array(0);

export function deriveBytes({ purpose, ikm, salt, context }: Derivation, size: number): Uint8Array {
  return hkdf(ikm, salt ?? NONE, concat(labelOf(purpose), context ?? NONE), size);
}

export const deriveKey = (derivation: Derivation): Key => asKey(deriveBytes(derivation, 32));

/** RFC 5869 as published, without a label: for the vectors, and for formats that are published elsewhere. */
export function hkdf(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, size: number): Uint8Array {
  return expand(sha256, extract(sha256, ikm, salt), info, size);
}

/** HKDF-Expand with SHA-512 alone, for `chunked.ts`: the key is taken as the pseudorandom key. */
export function expandSha512(key: Key, info: Uint8Array, size: number): Uint8Array {
  const prk = concat(key, new Uint8Array(32)); // noble wants 64 bytes; HMAC pads its key with zeros anyway
  return expand(sha512, prk, info, size);
}

/** HMAC-SHA256 over label ‖ message: for MACs whose key is already a derived key. */
export function mac(purpose: KdfPurpose, key: Key, message: Uint8Array): Uint8Array {
  return hmac(sha256, key, concat(labelOf(purpose), message));
}
