import { openJournalLine } from "#shared/crypto/agents/journal.ts";
import { decodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { demand } from "#shared/crypto/encoding/errors.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import { sha256 } from "#shared/crypto/primitives/hash.ts";
import type { Id } from "#shared/ids.ts";
import type { TasksApi } from "../platform/platform.ts";

/** The saved state that a journal follows. Before the first save: number 0, a hash of zeros, the key from the envelope. */
export interface StateBase {
  readonly tid: Id<"tenant">;
  readonly agentId: Id<"agent">;
  readonly stateSeq: number;
  readonly stateHash: Uint8Array;
  readonly stateKey: Key;
}

/** Where a journal ends: the number of its last line, the hash the next one has to name, and how long it is. */
export interface JournalEnd {
  readonly seq: number;
  readonly prevHash: Uint8Array;
  readonly bytes: number;
}

type Line = Awaited<ReturnType<TasksApi["readJournal"]>>["entries"][number];

export const FIRST = 1; // this line begins a record
export const LAST = 2; // this line ends it

export const startOf = ({ stateHash }: StateBase): JournalEnd => ({ seq: 0, prevHash: stateHash, bytes: 0 });

/**
 * All records written since the state was saved, in order. A record without its end is one that was never acknowledged: its
 * sender has it still, so it is left out.
 * @throws CryptoError for a line that is altered, moved, missing or of another journal.
 */
export async function readJournal(
  api: Pick<TasksApi, "readJournal">,
  base: StateBase,
): Promise<{ readonly records: Uint8Array[]; readonly end: JournalEnd }> {
  const records: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let end = startOf(base);
  for await (const entry of listLines(api, base.stateSeq)) {
    const { line, flags, after } = openLine(base, end, entry);
    end = after;
    parts = flags & FIRST ? [line] : [...parts, line];
    if (flags & LAST) records.push(concat(...parts.splice(0)));
  }
  return { records, end };
}

function openLine(base: StateBase, end: JournalEnd, { seq, blob }: Line) {
  demand(seq === end.seq + 1, "crypto.rollback");
  const sealed = decodeBase64url(blob);
  const opened = openJournalLine(base.stateKey, { ...base, seq, prevHash: end.prevHash }, sealed);
  return { line: opened.subarray(1), flags: opened[0] ?? 0, after: follow(end, sealed) };
}

export const follow = ({ seq, bytes }: JournalEnd, sealed: Uint8Array): JournalEnd => ({
  seq: seq + 1,
  prevHash: sha256(sealed),
  bytes: bytes + sealed.length,
});

export async function* listLines(
  api: Pick<TasksApi, "readJournal">,
  stateSeq: number,
  from = 0,
): AsyncGenerator<Line, void> {
  for (let after = from; ; ) {
    const { entries, more } = await api.readJournal({ stateSeq, after });
    yield* entries;
    const last = entries.at(-1);
    if (!more || !last) return;
    after = last.seq;
  }
}
