import { ensure } from "../close.ts";

/**
 * A session frame (PROTOCOL 3.7):
 *
 *   ver 1 | type 1 | flags 2 | epoch 4 | seq 8 | ct | tag 16
 *
 * nonce = epoch ‖ seq. AAD = sid 16 ‖ header 16. `seq` counts through all epochs, from 0, without a gap. Numbers above
 * 2^32 - 1 are refused: no session lives nearly so long, and no counter ever wraps.
 */
export const FRAME_HEADER_BYTES = 16;
const FRAME_TAG_BYTES = 16;
export const SEQ_MAX = 0xffff_ffff;
const VERSION = 1;

/** confirm: m3 and m4 · message: a part of a message · control: acknowledge, ask again · close: the end, as a word. */
export const FRAME_TYPES = { confirm: 1, message: 2, control: 3, close: 4 } as const;
export type FrameType = (typeof FRAME_TYPES)[keyof typeof FRAME_TYPES];
const TYPES: ReadonlySet<number> = new Set(Object.values(FRAME_TYPES));

export interface FrameHeader {
  readonly type: FrameType;
  readonly flags: number;
  readonly epoch: number;
  readonly seq: number;
}

/** Into 16 bytes at `at`, so that header, AAD and frame need no buffers of their own. */
export function writeFrameHeader(into: Uint8Array, at: number, { type, flags, epoch, seq }: FrameHeader): void {
  ensure(seq <= SEQ_MAX && epoch <= SEQ_MAX, "counter");
  const view = new DataView(into.buffer, into.byteOffset + at, FRAME_HEADER_BYTES);
  view.setUint8(0, VERSION);
  view.setUint8(1, type);
  view.setUint16(2, flags);
  view.setUint32(4, epoch);
  view.setUint32(8, 0);
  view.setUint32(12, seq);
}

/** @throws ChannelError("format") */
export function readFrameHeader(frame: Uint8Array): FrameHeader {
  ensure(frame.length >= FRAME_HEADER_BYTES + FRAME_TAG_BYTES, "format");
  const view = new DataView(frame.buffer, frame.byteOffset, FRAME_HEADER_BYTES);
  const type = view.getUint8(1);
  ensure(view.getUint8(0) === VERSION && isFrameType(type) && view.getUint32(8) === 0, "format");
  return { type, flags: view.getUint16(2), epoch: view.getUint32(4), seq: view.getUint32(12) };
}

const isFrameType = (type: number): type is FrameType => TYPES.has(type);

/** Enough to tell a copy of a frame from another frame with the same number. */
export const tagOf = (frame: Uint8Array): Uint8Array => frame.slice(frame.length - FRAME_TAG_BYTES);
