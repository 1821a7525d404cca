import { ensure } from "../close.ts";
import { BODY_BYTES_MAX } from "./padding.ts";

/**
 * Messages of up to 25 MiB, split into bodies of frames. The first part starts with the length of the whole (4 bytes);
 * every part but the last is full, so a message has one way to be split and many tiny parts are refused at the first.
 * Streams are numbered from 1 and never twice. In reassembly are at most 64 streams and 26 MiB together, and each must
 * grow within 60 s.
 */
export const MESSAGE_BYTES_MAX = 25 * 1024 * 1024 + 64; // OpenClaw's largest payload, with what delivery puts in front
const REASSEMBLY_BYTES_MAX = 26 * 1024 * 1024;
const STREAMS_MAX = 64;
export const STREAM_MS_MAX = 60_000;
export const FLAG_FIRST = 1;
export const FLAG_LAST = 2;
const LENGTH_BYTES = 4;

export interface Part {
  readonly stream: number;
  readonly flags: number;
  readonly body: Uint8Array;
}

export const partsOf = (message: Uint8Array): number => Math.ceil((message.length + LENGTH_BYTES) / BODY_BYTES_MAX);

/** Part `index` of a message; only the first is copied. */
export function partOf(message: Uint8Array, stream: number, index: number): Part {
  const last = index === partsOf(message) - 1 ? FLAG_LAST : 0;
  const end = (index + 1) * BODY_BYTES_MAX - LENGTH_BYTES;
  if (index > 0) return { stream, flags: last, body: message.subarray(end - BODY_BYTES_MAX, end) };
  const head = message.subarray(0, end);
  const body = new Uint8Array(LENGTH_BYTES + head.length);
  new DataView(body.buffer).setUint32(0, message.length);
  body.set(head, LENGTH_BYTES);
  return { stream, flags: FLAG_FIRST | last, body };
}

interface Open {
  readonly message: Uint8Array;
  filled: number;
  grownAt: number;
}

export interface Assembler {
  /** The whole message, when this was its last part. @throws ChannelError("stream") */
  push(part: Part): Uint8Array | undefined;
  /** @throws ChannelError("stream") when a stream did not grow for 60 s. */
  checkAge(): void;
  isOpen(): boolean;
}

export function startAssembler(now: () => number): Assembler {
  const open = new Map<number, Open>();
  let newest = 0;
  let reserved = 0;

  const start = ({ stream, flags, body }: Part): Uint8Array | undefined => {
    ensure(stream === newest + 1 && body.length >= LENGTH_BYTES, "stream");
    newest = stream;
    const size = new DataView(body.buffer, body.byteOffset, LENGTH_BYTES).getUint32(0);
    const head = body.subarray(LENGTH_BYTES);
    ensure(size <= MESSAGE_BYTES_MAX && head.length <= size, "stream");
    if ((flags & FLAG_LAST) !== 0) {
      ensure(head.length === size, "stream");
      return head;
    }
    ensure(body.length === BODY_BYTES_MAX && open.size < STREAMS_MAX, "stream");
    ensure(reserved + size <= REASSEMBLY_BYTES_MAX, "stream");
    reserved += size;
    const message = new Uint8Array(size);
    message.set(head);
    open.set(stream, { message, filled: head.length, grownAt: now() });
    return undefined;
  };

  const grow = ({ stream, flags, body }: Part): Uint8Array | undefined => {
    const held = open.get(stream);
    ensure(held !== undefined && held.filled + body.length <= held.message.length, "stream");
    held.message.set(body, held.filled);
    held.filled += body.length;
    held.grownAt = now();
    const isWhole = held.filled === held.message.length;
    const isLast = (flags & FLAG_LAST) !== 0;
    ensure(isWhole === isLast && (isLast ? body.length > 0 : body.length === BODY_BYTES_MAX), "stream");
    if (!isLast) return undefined;
    open.delete(stream);
    reserved -= held.message.length;
    return held.message;
  };

  return {
    push(part) {
      ensure(part.flags <= (FLAG_FIRST | FLAG_LAST), "stream");
      return (part.flags & FLAG_FIRST) !== 0 ? start(part) : grow(part);
    },
    checkAge() {
      for (const held of open.values()) ensure(now() - held.grownAt <= STREAM_MS_MAX, "stream");
    },
    isOpen: () => open.size > 0,
  };
}
