import { createWriteStream, openAsBlob } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { sealState } from "#shared/crypto/agents/state.ts";
import { sealStateKey } from "#shared/crypto/agents/state-key.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { KemPublicKey } from "#shared/crypto/primitives/kem.ts";
import { makeKey } from "#shared/crypto/primitives/random.ts";
import type { SignKeys } from "#shared/crypto/primitives/sign.ts";
import type { Id } from "#shared/ids.ts";
import type { ChatLog } from "../chat/log/chat-log.ts";
import type { Turns } from "../chat/turns.ts";
import type { Ledger } from "../lending/ledger.ts";
import type { OpenClaw } from "../openclaw/types.ts";
import type { TasksApi } from "../platform/platform.ts";
import { commitState } from "./commit.ts";
import type { Journal } from "./journal.ts";
import type { StateBase } from "./journal-read.ts";
import { type Covered, LOG_NAME, writeLogFile } from "./saved-log.ts";
import { packState } from "./tar.ts";

export interface CheckpointInput {
  readonly folder: string; // of this supervisor alone
  readonly api: TasksApi;
  readonly fetch: typeof fetch;
  readonly startTimer: (ms: number, fire: () => void) => () => void;
  readonly openclaw: Pick<OpenClaw, "copyState">;
  readonly log: ChatLog;
  readonly ledger: Ledger;
  readonly now: () => number;
  readonly journal: Journal;
  readonly imageDigest: Uint8Array;
  readonly userKem: KemPublicKey;
  readonly agentSign: SignKeys;
  /** No answer may be begun while OpenClaw's files are copied. */
  /** Conversations OpenClaw was told of and has not yet spoken in, with what its files know of them. */
  readonly untold: ReadonlyMap<Id<"conversation">, number>;
  readonly turns: Pick<Turns, "hold" | "whenIdle">;
}

export interface SavedNews {
  readonly stateSeq: number;
  readonly stateHash: string;
}

/**
 * Seals what there is and makes it the agent's state. Nothing enters the journal between the moment the log is written and the
 * commit, so each message is in the old journal, or in the new state, or in the new journal.
 */
export async function saveState(input: CheckpointInput, isFinal: boolean): Promise<SavedNews> {
  const { folder, log, ledger, journal } = input;
  const [copy, sealed] = [join(folder, "copy"), join(folder, "sealed")];
  const clear = () => Promise.all([copy, sealed].map((path) => rm(path, { recursive: true, force: true })));
  await clear();
  try {
    const covered = await copyOpenClaw(input, copy);
    return await journal.hold(async (restart) => {
      const file = {
        name: LOG_NAME,
        bytes: writeLogFile({ v: 1, covered, log: log.write(), lending: ledger.write(input.now()) }),
      };
      const next = await sealNext(input, packState(copy, file), sealed);
      const hash = encodeBase64url(next.stateHash);
      const { size: bytes } = await stat(sealed);
      await upload(input, { seq: next.stateSeq, bytes, path: sealed });
      const parties = { user: input.userKem, agent: input.agentSign };
      const sealedKey = encodeBase64url(sealStateKey(next.stateKey, next, parties));
      await commitState(input, { seq: next.stateSeq, hash, bytes, sealedKey, final: isFinal });
      restart(next);
      return { stateSeq: next.stateSeq, stateHash: hash };
    });
  } finally {
    await clear();
  }
}

async function copyOpenClaw(input: CheckpointInput, into: string): Promise<Covered> {
  const { openclaw, log, turns, untold } = input;
  const release = turns.hold();
  try {
    await turns.whenIdle();
    const covered = { seq: log.lastSeq(), less: [...untold] };
    await openclaw.copyState(into);
    return covered;
  } finally {
    release();
  }
}

/** Seals the next state into a file, under a key drawn for it. */
async function sealNext(
  { journal, imageDigest }: CheckpointInput,
  tar: AsyncIterable<Uint8Array>,
  path: string,
): Promise<StateBase> {
  const { tid, agentId, stateSeq, stateHash: prevHash } = journal.base();
  const stateKey = makeKey();
  const header = { tid, agentId, stateSeq: stateSeq + 1, prevHash, imageDigest };
  const sealed = sealState(stateKey, header, tar);
  await pipeline(Readable.from(sealed.bytes), createWriteStream(path, { mode: 0o600 }));
  return { tid, agentId, stateSeq: stateSeq + 1, stateHash: sealed.hash(), stateKey };
}

/** The store refused the bytes; the answer's number says why. */
class UploadRefused extends Error {
  override readonly name = "UploadRefused";
  readonly code: string;

  constructor(status: number) {
    super("The sealed state was not taken.");
    this.code = String(status);
  }
}

const UPLOAD_MS = 240_000;

async function upload(
  { api, fetch }: CheckpointInput,
  { seq, bytes, path }: { readonly seq: number; readonly bytes: number; readonly path: string },
): Promise<void> {
  const { url, headers } = await api.uploadState({ seq, bytes });
  const body = await openAsBlob(path); // read as it is sent, its length known
  const signal = AbortSignal.timeout(UPLOAD_MS);
  const { ok, status } = await fetch(url, { method: "PUT", headers: withoutLength(headers), body, signal });
  if (!ok) throw new UploadRefused(status);
}

/** The length is said by the body itself. */
const withoutLength = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !/^(content-length|host)$/i.test(name)));
