import * as z from "zod";
import { parseJson } from "#shared/channel/envelope.ts";
import { utf8, utf8Decode } from "#shared/crypto/encoding/bytes.ts";
import type { Reply } from "../vault/request.ts";

/** What one agent answers another: what the service said, masked, or why there was no request. The words are for the model. */
const Answer = z.union([
  z.object({ reply: z.object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() }) }),
  z.object({ error: z.string() }),
]);
export type Answer = z.infer<typeof Answer>;

const ANSWER_BYTES_MAX = 150_000;

export function writeAnswer(answer: Answer): Uint8Array {
  const bytes = utf8(JSON.stringify(answer).toWellFormed());
  if (bytes.length <= ANSWER_BYTES_MAX || !("reply" in answer)) return bytes;
  const { body } = answer.reply;
  return writeAnswer({ reply: { ...answer.reply, body: `${body.slice(0, Math.floor(body.length / 2))}…` } });
}

export const readAnswer = (bytes: Uint8Array): Answer | undefined =>
  Answer.safeParse(parseJson(utf8Decode(bytes))).data;

export const replied = (reply: Reply): Answer => ({ reply: { ...reply, headers: { ...reply.headers } } });
