import { ApiError } from "#shared/client/api-client.ts";
import { sealJournalLine } from "#shared/crypto/agents/journal.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import { concat } from "#shared/crypto/encoding/bytes.ts";
import { isRefusal, type TasksApi } from "../platform/platform.ts";
import { retrying } from "../platform/retrying.ts";
import { FIRST, follow, type JournalEnd, LAST, listLines, type StateBase, startOf } from "./journal-read.ts";

/** Written to the platform before it is acknowledged to anyone: what a crash may not lose. */
export interface Journal {
  /** Keeps the record, then calls `apply`, before anything else is kept or held. Records keep the order of these calls. */
  append(record: Uint8Array, apply: () => void): Promise<void>;
  /** Runs while nothing is appended; `restart` then begins the journal of the state that was saved meanwhile. */
  hold<T>(work: (restart: (base: StateBase) => void) => Promise<T>): Promise<T>;
  base(): StateBase;
  /** Sealed bytes since the state was saved. */
  bytes(): number;
}

export interface JournalInput {
  readonly api: Pick<TasksApi, "appendJournal" | "readJournal">;
  readonly base: StateBase;
  readonly end: JournalEnd;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  /** Another task holds the agent: what this one was told is not lost, because it was never acknowledged. */
  readonly onLost: (cause: unknown) => void;
}

/** Someone else wrote where this task was about to write: it is not the agent's task any more. */
class JournalLost extends Error {
  override readonly name = "JournalLost";
}

const LINE_BYTES_MAX = 120_000; // as base64url in JSON it stays below the API's 256 KB

export function startJournal({ api, startTimer, onLost, ...given }: JournalInput): Journal {
  let { base, end } = given;
  let unsure: string | undefined; // a line whose answer was lost: written, or not
  let work: Promise<unknown> = Promise.resolve();

  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const done = work.then(step);
    work = done.catch((error: unknown) => {
      if (isRefusal(error) || error instanceof JournalLost) onLost(error);
    });
    return done;
  };
  const advance = (sealed: Uint8Array) => {
    end = follow(end, sealed);
    unsure = undefined;
  };
  /** Looks what stands in the next place: nothing, or the line whose answer was lost. */
  const isWritten = async (blob: string): Promise<boolean> => {
    for await (const entry of listLines(api, base.stateSeq, end.seq)) {
      if (entry.seq === end.seq + 1 && entry.blob === blob) return true;
      throw new JournalLost("The journal was continued by another task.");
    }
    return false;
  };
  const settle = async () => {
    if (unsure === undefined) return;
    if (await isWritten(unsure)) advance(Buffer.from(unsure, "base64url"));
    unsure = undefined;
  };
  const writeLine = async (plaintext: Uint8Array) => {
    await settle();
    const sealed = sealJournalLine(base.stateKey, { ...base, seq: end.seq + 1, prevHash: end.prevHash }, plaintext);
    const blob = encodeBase64url(sealed);
    unsure = blob;
    const entries = [{ seq: end.seq + 1, blob }];
    try {
      await retrying(startTimer, () => api.appendJournal({ stateSeq: base.stateSeq, entries }));
    } catch (error) {
      const isGap = error instanceof ApiError && error.code === "journal.gap";
      if (!isGap || !(await isWritten(blob))) throw error;
    }
    advance(sealed);
  };

  return {
    append: (record, apply) =>
      inTurn(async () => {
        for (const line of linesOf(record)) await writeLine(line);
        apply();
      }),
    hold: (step) =>
      inTurn(() =>
        step((next) => {
          base = next;
          end = startOf(next);
          unsure = undefined;
        }),
      ),
    base: () => base,
    bytes: () => end.bytes,
  };
}

function* linesOf(record: Uint8Array): Generator<Uint8Array, void> {
  for (let at = 0; at === 0 || at < record.length; at += LINE_BYTES_MAX) {
    const flags = (at === 0 ? FIRST : 0) | (at + LINE_BYTES_MAX >= record.length ? LAST : 0);
    yield concat(Uint8Array.of(flags), record.subarray(at, at + LINE_BYTES_MAX));
  }
}
