import * as z from "zod";
import { parseJson } from "#shared/channel/envelope.ts";
import { utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import { ChatRecord } from "../chat/log/records.ts";
import { LendingRecord } from "../lending/ledger.ts";

/** All that can stand in an agent's journal. */
const AgentRecord = z.discriminatedUnion("is", [...ChatRecord.options, ...LendingRecord.options]);
type AgentRecord = z.infer<typeof AgentRecord>;

/** @throws ZodError for what this version never wrote */
export const readAgentRecord = (bytes: Uint8Array): AgentRecord => AgentRecord.parse(parseJson(utf8Decode(bytes)));

export const isLending = (record: AgentRecord): record is z.infer<typeof LendingRecord> =>
  LendingRecord.options.some(({ shape }) => shape.is.value === record.is);
