import { byteAt } from "../encoding/bytes.ts";
import { provider } from "./provider.ts";

/** The hash of each, in ascending order: a list in which the order says nothing. */
export function sortedHashesOf(blobs: readonly Uint8Array[]): Uint8Array[] {
  return blobs.map((blob) => sha256(blob)).sort(compareBytes);
}

/** Byte by byte, as unsigned numbers; for lists of equal lengths. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? 0 : byteAt(a, at) - byteAt(b, at);
}

/** SHA-256 of the parts as if written one behind the other. Parts of variable length need L(x) around them first. */
export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = provider().startHash();
  for (const part of parts) hash.update(part);
  return hash.digest();
}
