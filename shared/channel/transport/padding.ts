import { ensure } from "../close.ts";

/**
 * What is sealed into a frame is one of five lengths, so that the relay learns five sizes and not how long a word was
 * (Whisper Leak; THREATS C09):
 *
 *   ack 8 | stream 4 | length 2 | body | zeros up to 256, 1 024, 4 096, 16 384 or 23 552 bytes
 *
 * `ack` is the number of the next frame the sender waits for: every frame acknowledges all before it.
 */
export const BUCKETS = [256, 1_024, 4_096, 16_384, 23_552] as const;
const PREFIX_BYTES = 14;
export const BODY_BYTES_MAX = 23_552 - PREFIX_BYTES;

export interface Content {
  readonly ack: number;
  readonly stream: number;
  readonly body: Uint8Array;
}

export function padContent({ ack, stream, body }: Content): Uint8Array {
  const size = PREFIX_BYTES + body.length;
  const bucket = BUCKETS.find((bytes) => bytes >= size);
  ensure(bucket !== undefined, "stream");
  const padded = new Uint8Array(bucket);
  const view = new DataView(padded.buffer);
  view.setUint32(4, ack);
  view.setUint32(8, stream);
  view.setUint16(12, body.length);
  padded.set(body, PREFIX_BYTES);
  return padded;
}

/** The body is a view of `padded`. @throws ChannelError("format") for another length, or for bytes in the padding. */
export function readContent(padded: Uint8Array): Content {
  ensure(
    BUCKETS.some((bytes) => bytes === padded.length),
    "format",
  );
  const view = new DataView(padded.buffer, padded.byteOffset, PREFIX_BYTES);
  const end = PREFIX_BYTES + view.getUint16(12);
  ensure(view.getUint32(0) === 0 && end <= padded.length, "format");
  for (let i = end; i < padded.length; i++) ensure(padded[i] === 0, "format");
  return { ack: view.getUint32(4), stream: view.getUint32(8), body: padded.subarray(PREFIX_BYTES, end) };
}
