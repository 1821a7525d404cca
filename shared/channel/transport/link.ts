import { ensure } from "../close.ts";
import { FRAME_TYPES, readFrameHeader } from "../secure/frame.ts";
import type { SessionKeys } from "../secure/handshake.ts";
import { startOpener } from "../secure/session.ts";
import { readAskedSeqs } from "./control-body.ts";
import { FLAG_PING, startOutbound } from "./outbound.ts";
import { readContent } from "./padding.ts";
import { startReorderWindow } from "./reorder.ts";
import type { Lane } from "./send-queue.ts";
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
  /** The first frame of the other end. Until this has returned, nothing else is taken. */
  readonly onConfirm: (body: Uint8Array) => void;
  readonly onMessage: (message: Uint8Array) => void;
}

export interface Link {
  confirm(body: Uint8Array): void;
  send(message: Uint8Array, lane: Lane): void;
  /** Any error thrown here, or by `tick`, is the end of the session. */
  receive(frame: Uint8Array): void;
  tick(): void;
  /** Tells the other end. */
  close(): void;
  erase(): void;
  /** Whether `tick` has something to watch. */
  isBusy(): boolean;
  sentAtMs(): number;
  /** Asks the other end for a sign of life. */
  ping(): void;
}

export function startLink({ keys, now, emit, onConfirm, onMessage }: LinkInput): Link {
  const opener = startOpener({ sid: keys.sid, key: keys.receiveKey, now });
  const outbound = startOutbound({ keys, now, emit, expected: opener.nextSeq });
  const window = startReorderWindow(now);
  const assembler = startAssembler(now);

  const take = (frame: Uint8Array) => {
    const { header, plaintext } = opener.open(frame);
    const { ack, stream, body } = readContent(plaintext);
    ensure(ack <= outbound.nextSeq(), "format");
    ensure((header.type === FRAME_TYPES.confirm) === (header.seq === 0), "format");
    ensure(header.type !== FRAME_TYPES.close, "closed");
    outbound.heard(ack);
    if (header.type !== FRAME_TYPES.control || header.flags === FLAG_PING) outbound.owe();
    if (header.type === FRAME_TYPES.confirm) return onConfirm(body);
    if (header.type === FRAME_TYPES.control) return outbound.resend(readAskedSeqs(body));
    const message = assembler.push({ stream, flags: header.flags, body });
    if (message !== undefined) onMessage(message);
  };

  return {
    confirm: (body) => outbound.seal(FRAME_TYPES.confirm, { body }),
    send(message, lane) {
      outbound.add(message, lane);
      outbound.pump();
    },
    receive(frame) {
      for (const due of window.push(frame)) take(due);
      // A copy of something we acknowledged: the acknowledgement was lost.
      if (window.isCopy() && readFrameHeader(frame).type !== FRAME_TYPES.control) outbound.owe();
      outbound.acknowledge();
      outbound.pump();
    },
    tick() {
      assembler.checkAge();
      ensure(!outbound.isStalled(), "stalled");
      outbound.acknowledge(window.ask());
      outbound.resendOverdue();
      outbound.pump();
    },
    close: outbound.close,
    erase() {
      outbound.erase();
      opener.erase();
    },
    isBusy: () => outbound.isBusy() || window.isWaiting() || assembler.isOpen(),
    sentAtMs: outbound.sentAtMs,
    ping: () => outbound.seal(FRAME_TYPES.control, { flags: FLAG_PING }),
  };
}
