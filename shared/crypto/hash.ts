import { provider } from "./provider.ts";

export const HASH_BYTES = 32;

/** SHA-256 of the parts as if written one behind the other. Parts of variable length need L(x) around them first. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = provider().startHash();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
