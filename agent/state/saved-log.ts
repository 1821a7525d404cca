import * as z from "zod";
import { parseJson } from "#shared/channel/envelope.ts";
import { utf8Decode } from "#shared/crypto/bytes.ts";
import { SavedLog } from "../chat/log/chat-log.ts";

/** The conversation log inside a saved state; `coveredSeq` is the last entry that OpenClaw's own copy knows of. */
const LogFile = z.object({ v: z.literal(1), coveredSeq: z.int().nonnegative(), log: SavedLog });
export type LogFile = z.infer<typeof LogFile>;

export const LOG_NAME = "log.json";

export const writeLogFile = (file: LogFile): Uint8Array => Buffer.from(JSON.stringify(file));

/** @throws ZodError for what this version never wrote */
export const readLogFile = (bytes: Uint8Array): LogFile => LogFile.parse(parseJson(utf8Decode(bytes)));
