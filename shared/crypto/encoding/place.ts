import { type Id, type IdKind, idBytes, idFromBytes } from "../../ids.ts";
import { demand } from "./errors.ts";

/**
 * The 16 bytes of an id, as they are bound into ciphertexts and statements.
 * @throws crypto.format for a text which is not the one canonical form of its id: two texts must never bind as one.
 */
export function boundId<K extends IdKind>(kind: K, id: Id<K>): Uint8Array {
  const bytes = idBytes(id);
  demand(idFromBytes(kind, bytes) === id, "crypto.format");
  return bytes;
}
