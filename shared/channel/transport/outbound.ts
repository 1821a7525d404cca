import { FRAME_TYPES, type FrameType } from "../secure/frame.ts";
import type { SessionKeys } from "../secure/handshake.ts";
import { startSealer } from "../secure/session.ts";
import { writeAskedSeqs } from "./control-body.ts";
import { startInFlight } from "./in-flight.ts";
import { padContent } from "./padding.ts";
import { type Lane, startSendQueue } from "./send-queue.ts";

/**
 * The sending half of a link: seals, keeps until acknowledged, and says what has arrived. Every frame acknowledges, so a
 * bare acknowledgement leaves only when nothing else did for 50 ms or 16 frames.
 */
const ACK_EVERY_FRAMES = 16;
const ACK_AFTER_MS = 50;
const NOTHING = new Uint8Array(0);
export const FLAG_PING = 1;

export interface OutboundInput {
  readonly keys: SessionKeys;
  readonly now: () => number;
  readonly emit: (frame: Uint8Array, seq: number) => void;
  /** The number of the next frame we wait for. */
  readonly expected: () => number;
}

interface Content {
  readonly stream?: number;
  readonly flags?: number;
  readonly body?: Uint8Array;
  readonly isAwaited?: boolean;
}

export function startOutbound({ keys, now, emit, expected }: OutboundInput) {
  const sealer = startSealer({ sid: keys.sid, key: keys.sendKey, now });
  const inFlight = startInFlight(now);
  const queue = startSendQueue();
  let owed = 0; // frames received since we last acknowledged
  let owedSince = 0;
  let sentAt = now();

  const seal = (type: FrameType, { stream = 0, flags = 0, body = NOTHING, isAwaited = true }: Content) => {
    const seq = sealer.nextSeq();
    const frame = sealer.seal(type, flags, padContent({ ack: expected(), stream, body }));
    inFlight.add(seq, { frame, isAwaited });
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
  return {
    seal,
    pump,
    add: (message: Uint8Array, lane: Lane) => queue.add(message, lane),
    nextSeq: sealer.nextSeq,
    heard: inFlight.acknowledge,
    owe() {
      if (owed === 0) owedSince = now();
      owed += 1;
    },
    /** Missing frames are asked for in the same breath. */
    acknowledge(missing: readonly number[] = []) {
      const isDue = missing.length > 0 || owed >= ACK_EVERY_FRAMES || (owed > 0 && now() - owedSince >= ACK_AFTER_MS);
      if (!isDue || !inFlight.hasRoom(false)) return;
      seal(FRAME_TYPES.control, { body: writeAskedSeqs(missing), isAwaited: false });
    },
    resend(seqs: readonly number[]) {
      for (const seq of seqs) {
        const frame = inFlight.find(seq);
        if (frame !== undefined) emit(frame, seq);
      }
    },
    resendOverdue() {
      for (const { frame, seq } of inFlight.takeOverdue()) emit(frame, seq);
    },
    /** The last word. */
    close() {
      if (inFlight.hasRoom(false)) seal(FRAME_TYPES.close, {});
    },
    erase: sealer.erase,
    isStalled: inFlight.isStalled,
    isBusy: () => owed > 0 || inFlight.isAwaiting() || !queue.isEmpty(),
    sentAtMs: () => sentAt,
  };
}
