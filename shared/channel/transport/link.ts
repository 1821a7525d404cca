import { ensure } from "../close.ts";
import { FRAME_TYPES, type FrameType, readFrameHeader } from "../secure/frame.ts";
import type { SessionKeys } from "../secure/handshake.ts";
import { startOpener, startSealer } from "../secure/session.ts";
import { readAskedSeqs, writeAskedSeqs } from "./control-body.ts";
import { startInFlight } from "./in-flight.ts";
import { padContent, readContent } from "./padding.ts";
import { startReorderWindow } from "./reorder.ts";
import { type Lane, startSendQueue } from "./send-queue.ts";
import { startAssembler } from "./streams.ts";

/**
 * One session over the relay: messages go in whole on one side and come out whole, in order per lane and once, on the
 * other, or the session ends. It knows no socket and no timer: `tick` is called by whoever has them.
 */
export interface LinkInput {
  readonly keys: SessionKeys;
  readonly now: () => number;
  /** A frame for the relay, and its number. */
  readonly emit: (frame: Uint8Array, seq: number) => void;
  readonly onConfirm: (body: Uint8Array) => void;
  readonly onMessage: (message: Uint8Array) => void;
}

export interface Link {
  confirm(body: Uint8Array): void;
  send(message: Uint8Array, lane: Lane): void;
  /** Any error thrown here, or by `tick`, is the end of the session. */
  receive(frame: Uint8Array): void;
  tick(): void;
  /** Tells the other end and forgets the keys. */
  close(): void;
  erase(): void;
  /** Whether `tick` has something to watch. */
  isBusy(): boolean;
  sentAtMs(): number;
  /** Asks the other end for a sign of life. */
  ping(): void;
}

const ACK_EVERY_FRAMES = 16;
const ACK_AFTER_MS = 50;
const NOTHING = new Uint8Array(0);

export function startLink({ keys, now, emit, onConfirm, onMessage }: LinkInput): Link {
  const sealer = startSealer({ sid: keys.sid, key: keys.sendKey, now });
  const opener = startOpener({ sid: keys.sid, key: keys.receiveKey, now });
  const window = startReorderWindow(now);
  const inFlight = startInFlight(now);
  const queue = startSendQueue();
  const assembler = startAssembler(now);
  let owed = 0; // frames received since we last acknowledged
  let owedSince = 0;
  let sentAt = now();
  let isConfirmed = false; // by the other end

  const seal = (
    type: FrameType,
    content: { stream?: number; flags?: number; body?: Uint8Array; awaited?: boolean },
  ) => {
    const { stream = 0, flags = 0, body = NOTHING, awaited = true } = content;
    const seq = sealer.nextSeq();
    const frame = sealer.seal(type, flags, padContent({ ack: opener.nextSeq(), stream, body }));
    inFlight.add(seq, { frame, isAwaited: awaited });
    owed = 0;
    sentAt = now();
    emit(frame, seq);
  };
  const pump = () => {
    while (inFlight.hasRoom(true)) {
      const part = queue.take();
      if (part === undefined) return;
      seal(FRAME_TYPES.message, part);
    }
  };
  const acknowledge = () => {
    if (inFlight.hasRoom(false)) seal(FRAME_TYPES.control, { awaited: false });
  };
  const resend = (seqs: Iterable<number>) => {
    for (const seq of seqs) {
      const frame = inFlight.find(seq);
      if (frame !== undefined) emit(frame, seq);
    }
  };
  const owe = () => {
    if (owed === 0) owedSince = now();
    owed += 1;
  };
  const take = (frame: Uint8Array) => {
    const { header, plaintext } = opener.open(frame);
    const { ack, stream, body } = readContent(plaintext);
    ensure(ack <= sealer.nextSeq(), "format");
    ensure((header.type === FRAME_TYPES.confirm) === (header.seq === 0), "format");
    inFlight.acknowledge(ack);
    if (header.type === FRAME_TYPES.confirm) {
      owe();
      onConfirm(body);
      isConfirmed = true;
      return;
    }
    ensure(isConfirmed && header.type !== FRAME_TYPES.close, "closed");
    if (header.type === FRAME_TYPES.control) {
      if (header.flags === 1) owe();
      resend(readAskedSeqs(body));
      return;
    }
    owe();
    const message = assembler.push({ stream, flags: header.flags, body });
    if (message !== undefined) onMessage(message);
  };

  return {
    confirm: (body) => seal(FRAME_TYPES.confirm, { body }),
    send(message, lane) {
      queue.add(message, lane);
      pump();
    },
    receive(frame) {
      for (const due of window.push(frame)) take(due);
      if (window.isCopy() && readFrameHeader(frame).type !== FRAME_TYPES.control) owe(); // our acknowledgement was lost
      if (owed >= ACK_EVERY_FRAMES) acknowledge();
      pump();
    },
    tick() {
      assembler.checkAge();
      ensure(!inFlight.isStalled(), "stalled");
      const missing = window.ask();
      if (missing.length > 0 && inFlight.hasRoom(false)) {
        seal(FRAME_TYPES.control, { body: writeAskedSeqs(missing), awaited: false });
      }
      if (owed > 0 && now() - owedSince >= ACK_AFTER_MS) acknowledge();
      for (const { frame, seq } of inFlight.takeOverdue()) emit(frame, seq);
      pump();
    },
    close() {
      if (inFlight.hasRoom(false)) seal(FRAME_TYPES.close, {});
      sealer.erase();
      opener.erase();
    },
    erase() {
      sealer.erase();
      opener.erase();
    },
    isBusy: () => owed > 0 || window.isWaiting() || inFlight.isAwaiting() || assembler.isOpen() || !queue.isEmpty(),
    sentAtMs: () => sentAt,
    ping: () => seal(FRAME_TYPES.control, { flags: 1 }),
  };
}
