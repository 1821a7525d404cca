/**
 * Sealed frames that the other end has not acknowledged. They are kept as they were sent and sent again as they were, so
 * a number is never sealed twice. Messages may fill 48 places; the rest is for acknowledgements, and with all 63 taken
 * nothing more leaves. So an honest end never outruns the other's window of 64.
 */
const FRAMES_MAX = 63;
const MESSAGE_FRAMES_MAX = 48;
const RESEND_FIRST_MS = 1_000;
const RESEND_FRAMES = 8;
const STALLED_MS = 15_000;

interface Sent {
  readonly frame: Uint8Array;
  /** Whether the other end owes an acknowledgement. Bare acknowledgements are not acknowledged, or it would never end. */
  readonly isAwaited: boolean;
}

export interface InFlight {
  add(seq: number, sent: Sent): void;
  /** Everything below `ack` has arrived. */
  acknowledge(ack: number): void;
  find(seq: number): Uint8Array | undefined;
  hasRoom(isMessage: boolean): boolean;
  /** Frames to send again because nothing was heard of them. */
  takeOverdue(): { readonly seq: number; readonly frame: Uint8Array }[];
  isStalled(): boolean;
  isAwaiting(): boolean;
}

export function startInFlight(now: () => number): InFlight {
  const sent = new Map<number, Sent>(); // in order of number
  let awaited = 0;
  let heardAt = now();
  let resendAt = 0;
  let resendAfter = RESEND_FIRST_MS;

  const rest = () => {
    heardAt = now();
    resendAfter = RESEND_FIRST_MS;
    resendAt = now() + resendAfter;
  };

  return {
    add(seq, frame) {
      if (awaited === 0) rest();
      sent.set(seq, frame);
      if (frame.isAwaited) awaited += 1;
    },
    acknowledge(ack) {
      for (const [seq, { isAwaited }] of sent) {
        if (seq >= ack) return;
        sent.delete(seq);
        if (isAwaited) awaited -= 1;
        rest();
      }
    },
    find: (seq) => sent.get(seq)?.frame,
    hasRoom: (isMessage) => sent.size < (isMessage ? MESSAGE_FRAMES_MAX : FRAMES_MAX),
    takeOverdue() {
      if (awaited === 0 || now() < resendAt) return [];
      resendAfter *= 2;
      resendAt = now() + resendAfter;
      return Array.from(sent, ([seq, { frame }]) => ({ seq, frame })).slice(0, RESEND_FRAMES);
    },
    isStalled: () => awaited > 0 && now() - heardAt > STALLED_MS,
    isAwaiting: () => awaited > 0,
  };
}
