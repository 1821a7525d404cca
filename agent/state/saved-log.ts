import * as z from "zod";
import { parseJson } from "#shared/channel/envelope.ts";
import { utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { idOf } from "#shared/ids.ts";
import { SavedLog } from "../chat/log/chat-log.ts";
import { SavedLedger } from "../lending/ledger.ts";

/**
 * How much of the log OpenClaw's own files know: all up to `seq`; of a conversation named here only up to its own number, because
 * what it was told of it after a restore takes effect with the next message.
 */
const Covered = z.object({
  seq: z.int().nonnegative(),
  less: z.array(z.tuple([idOf("conversation"), z.int().nonnegative()])),
});
export type Covered = z.infer<typeof Covered>;

/** The conversation log inside a saved state. */
const LogFile = z.object({ v: z.literal(1), covered: Covered, log: SavedLog, lending: SavedLedger.optional() });
export type LogFile = z.infer<typeof LogFile>;

export const LOG_NAME = "log.json";

export const writeLogFile = (file: LogFile): Uint8Array => Buffer.from(JSON.stringify(file));

/** @throws ZodError for what this version never wrote */
export const readLogFile = (bytes: Uint8Array): LogFile => LogFile.parse(parseJson(utf8Decode(bytes)));
