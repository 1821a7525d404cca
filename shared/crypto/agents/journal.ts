import type { Id } from "../../ids.ts";
import { concat, u64 } from "../encoding/bytes.ts";
import { writeHeader } from "../encoding/header.ts";
import { checked, type Key } from "../encoding/key.ts";
import { boundId } from "../encoding/place.ts";
import { openCommitted, sealCommitted } from "../sealing/committed.ts";

/**
 * OCJ1: one line of what happened to an agent since its state was saved, sealed under the key of that state.
 *
 *   "OCJ1" suite 1 tid 16 agentId 16 stateSeq 8 seq 8 prevHash 32      ← header, bound and not stored
 *   salt 24 commit 32 | ct tag 16                                      ← what is stored: committed.ts, purpose "journal"
 *
 * prevHash = H of the line before as stored; of the first line, the hash of the state. So a line opens only where it was
 * written, behind the line it was written behind: none can be moved, left out, repeated, or taken from another task's
 * journal under the same key. That the last lines were not withheld is not shown by this.
 */
export interface JournalPlace {
  readonly tid: Id<"tenant">;
  readonly agentId: Id<"agent">;
  readonly stateSeq: number;
  readonly seq: number;
  readonly prevHash: Uint8Array;
}

export function sealJournalLine(stateKey: Key, place: JournalPlace, plaintext: Uint8Array): Uint8Array {
  const header = headerOf(place);
  return sealCommitted({ purpose: "journal", ikm: stateKey, header }, plaintext).subarray(header.length);
}

/** @throws crypto.commitment for another key or place; crypto.open for an altered line; crypto.format */
export const openJournalLine = (stateKey: Key, place: JournalPlace, line: Uint8Array): Uint8Array =>
  openCommitted({ purpose: "journal", ikm: stateKey, header: headerOf(place) }, line);

function headerOf({ tid, agentId, stateSeq, seq, prevHash }: JournalPlace): Uint8Array {
  const ids = [boundId("tenant", tid), boundId("agent", agentId)];
  return concat(writeHeader("OCJ1"), ...ids, u64(stateSeq), u64(seq), checked(prevHash, 32));
}
