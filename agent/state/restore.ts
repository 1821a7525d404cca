import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openState } from "#shared/crypto/agents/state.ts";
import { CryptoError, demand } from "#shared/crypto/encoding/errors.ts";
import { type ChatLog, makeChatLog } from "../chat/log/chat-log.ts";
import type { ChatRecord } from "../chat/log/records.ts";
import { type Ledger, makeLedger } from "../lending/ledger.ts";
import type { TasksApi } from "../platform/platform.ts";
import { type JournalEnd, readJournal, type StateBase } from "./journal-read.ts";
import { isLending, readAgentRecord } from "./records.ts";
import { type Covered, LOG_NAME, type LogFile, readLogFile } from "./saved-log.ts";
import { unpackState } from "./tar.ts";

/** The platform holds a newer state than the device knew of when it unlocked: it should look again. */
class StateMoved extends Error {
  override readonly name = "StateMoved";
}

export interface Restored {
  readonly log: ChatLog;
  readonly end: JournalEnd;
  /** What was done for other people's agents. */
  readonly ledger: Ledger;
  /** OpenClaw's own files, and how much they know; none before the first save. */
  readonly copy: { readonly folder: string; readonly covered: Covered } | undefined;
  /** What was deleted since the state was saved, and may still be in OpenClaw's files. */
  readonly deleted: Extract<ChatRecord, { is: "deleted" }>[];
}

export interface RestoreInput {
  readonly folder: string;
  readonly api: TasksApi;
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

/**
 * Fetches, checks and unpacks the state that the unlock named, and reads the journal behind it.
 * @throws StateMoved; CryptoError when what the platform has is not what the device expects
 */
export async function restoreState(input: RestoreInput, base: StateBase): Promise<Restored> {
  const { api, now } = input;
  const saved = await api.getState({});
  if ((saved?.seq ?? 0) > base.stateSeq) throw new StateMoved("A newer state was saved meanwhile.");
  demand((saved?.seq ?? 0) === base.stateSeq, "crypto.rollback");
  const folder = join(input.folder, "restored");
  await rm(folder, { recursive: true, force: true });
  const file = saved ? await fetchState(input, { url: saved.url, folder, base }) : undefined;
  const log = makeChatLog(now, file?.log);
  const ledger = makeLedger(file?.lending);
  const { records, end } = await readJournal(api, base);
  const deleted: Restored["deleted"] = [];
  for (const bytes of records) {
    const record = readAgentRecord(bytes);
    if (isLending(record)) ledger.apply(record);
    else log.apply(record);
    if (record.is === "deleted") deleted.push(record);
  }
  for (const { asked, answer } of log.listTurns()) if (!answer) log.setState(asked.id, "queued");
  return { log, end, ledger, copy: file && { folder, covered: file.covered }, deleted };
}

async function fetchState(
  { fetch }: RestoreInput,
  { url, folder, base }: { readonly url: string; readonly folder: string; readonly base: StateBase },
): Promise<LogFile> {
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error("The sealed state could not be fetched.");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const tar = openState(base.stateKey, base, response.body);
  const log = await unpackState(tar, folder, LOG_NAME);
  if (!log) throw new CryptoError("crypto.format");
  return readLogFile(log);
}
