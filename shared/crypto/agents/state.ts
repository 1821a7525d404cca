import type { Id } from "../../ids.ts";
import { idFromBytes } from "../../ids.ts";
import { concat, equalConstantTime, u64 } from "../encoding/bytes.ts";
import { demand } from "../encoding/errors.ts";
import { readHeader, writeHeader } from "../encoding/header.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { labelOf } from "../encoding/purposes.ts";
import { readerOf } from "../encoding/reader.ts";
import { type AeadKind, provider } from "../primitives/provider.ts";
import { type Bytes, openChunked } from "../sealing/chunked.ts";
import { type SealedStream, sealHashed } from "../sealing/hashed.ts";
import { splitHead } from "../sealing/split-head.ts";

/**
 * OCS2: an agent's state directory (a tar) at rest.
 *
 *   "OCS2" suite 1 cipher 1 tid 16 agentId 16 stateSeq 8 prevHash 32 imageDigest 32      ← header, 110 bytes
 *   | chunked body, its context = "ocmt/v1/state\0" ‖ header                              chunked.ts
 *
 *   cipher 01 XChaCha20-Poly1305 (default)   02 AES-256-GCM
 *
 * The key SK_n is drawn afresh for every hibernation and travels in `state-key.ts`. stateHash = H of all bytes; the next
 * state names it as prevHash. The first state has stateSeq 1 and a prevHash of zeros. Nothing is compressed: the state
 * holds text others have a say in, and sizes would tell.
 */
const CIPHERS = { "xchacha20-poly1305": 1, "aes-256-gcm": 2 } as const satisfies Record<AeadKind, number>;
export const STATE_HEADER_BYTES = 110;

export interface StateHeader {
  readonly tid: Id<"tenant">;
  readonly agentId: Id<"agent">;
  readonly stateSeq: number;
  readonly prevHash: Uint8Array;
  readonly imageDigest: Uint8Array;
}

export function sealState(
  key: Key,
  header: StateHeader,
  tar: Bytes,
  kind: AeadKind = "xchacha20-poly1305",
): SealedStream {
  const head = headerOf(header, kind);
  return sealHashed(head, { kind, key, context: contextOf(head) }, tar);
}

/** What the opener was told by the user's own unlock message, never by the place where the bytes are stored. */
export interface ExpectedState {
  readonly tid: Id<"tenant">;
  readonly agentId: Id<"agent">;
  readonly stateSeq: number;
  readonly stateHash: Uint8Array;
}

/**
 * Streams the tar out. It is whole, and the one expected, only when the iteration ends without an error: a reader unpacks
 * into an empty place and uses it afterwards.
 * @throws crypto.context for another agent's state, crypto.rollback for another state of this agent.
 */
export async function* openState(key: Key, expected: ExpectedState, sealed: Bytes): AsyncGenerator<Uint8Array, void> {
  const hash = provider().startHash();
  const { head, rest } = await splitHead(sealed, STATE_HEADER_BYTES, (part) => hash.update(part));
  const { header, kind } = readStateHeader(head);
  demand(header.tid === expected.tid && header.agentId === expected.agentId, "crypto.context");
  demand(header.stateSeq === expected.stateSeq, "crypto.rollback");
  yield* openChunked({ kind, key, context: contextOf(head) }, rest);
  demand(equalConstantTime(hash.digest(), expected.stateHash), "crypto.rollback");
}

/** What a stored state says of itself. */
export function readStateHeader(head: Uint8Array): { readonly header: StateHeader; readonly kind: AeadKind } {
  const reader = readerOf(head.subarray(0, STATE_HEADER_BYTES));
  readHeader(reader, "OCS2");
  const kind = kindOfCode(reader.u8());
  const tid = idFromBytes("tenant", reader.take(16));
  const agentId = idFromBytes("agent", reader.take(16));
  const header = { tid, agentId, stateSeq: reader.u64(), prevHash: reader.take(32), imageDigest: reader.take(32) };
  reader.end();
  return { header, kind };
}

const kindOfCode = (code: number): AeadKind => {
  demand(code === 1 || code === 2, "crypto.suite");
  return code === 1 ? "xchacha20-poly1305" : "aes-256-gcm";
};

const contextOf = (head: Uint8Array): Uint8Array => concat(labelOf("state"), head);

function headerOf(header: StateHeader, kind: AeadKind): Uint8Array {
  const ids = concat(boundId("tenant", header.tid), boundId("agent", header.agentId), u64(header.stateSeq));
  const hashes = concat(checked(header.prevHash, 32), checked(header.imageDigest, 32));
  return concat(writeHeader("OCS2"), Uint8Array.of(CIPHERS[kind]), ids, hashes);
}
