import { equalConstantTime } from "../../crypto/encoding/bytes.ts";
import { ensure } from "../close.ts";
import { readFrameHeader, tagOf } from "../secure/frame.ts";

/**
 * The relay keeps no order, so this stands in front of the session: at most 64 frames and 5 s of waiting. Frames leave it
 * in order and once. What came before is dropped if it is the same frame again, byte for byte as far as its tag tells;
 * another frame under a used number, a number too far ahead, or a copy older than memory closes the session.
 */
export const WINDOW_FRAMES = 64;
export const GAP_MS_MAX = 5_000;
const TAGS_KEPT = 1_024; // how far back an honest relay may repeat itself
const ASK_FIRST_MS = 40; // most gaps close by themselves
const ASK_AGAIN_MS = 200; // doubles each time

export interface ReorderWindow {
  /** Frames that are due now, in order; often none or one. @throws ChannelError("replay"), ChannelError("format") */
  push(frame: Uint8Array): Uint8Array[];
  /** Numbers to ask for again, now. @throws ChannelError("gap") after 5 s */
  ask(): number[];
  isWaiting(): boolean;
  isCopy(): boolean;
}

export function startReorderWindow(now: () => number): ReorderWindow {
  const held = new Map<number, Uint8Array>();
  const tags = new Map<number, Uint8Array>(); // of frames already handed on, the oldest first
  let next = 0;
  let gapSince = 0;
  let askAt = 0;
  let askAfter = ASK_AGAIN_MS;
  let wasCopy = false;

  const startGap = () => {
    gapSince = now();
    askAt = gapSince + ASK_FIRST_MS;
    askAfter = ASK_AGAIN_MS;
  };
  const takeDue = (): Uint8Array[] => {
    const due: Uint8Array[] = [];
    for (let frame = held.get(next); frame !== undefined; frame = held.get(next)) {
      held.delete(next);
      tags.set(next, tagOf(frame));
      tags.delete(next - TAGS_KEPT);
      next += 1;
      due.push(frame);
    }
    return due;
  };

  return {
    push(frame) {
      const { seq } = readFrameHeader(frame);
      ensure(seq < next + WINDOW_FRAMES, "replay");
      const before = seq < next ? tags.get(seq) : held.get(seq);
      wasCopy = before !== undefined;
      if (before !== undefined) {
        ensure(equalConstantTime(tagOf(before), tagOf(frame)), "replay");
        return [];
      }
      ensure(seq >= next, "replay");
      const wasEmpty = held.size === 0;
      held.set(seq, frame);
      const due = takeDue();
      if (held.size > 0 && (wasEmpty || due.length > 0)) startGap();
      return due;
    },
    ask() {
      if (held.size === 0) return [];
      ensure(now() - gapSince <= GAP_MS_MAX, "gap");
      if (now() < askAt) return [];
      askAt = now() + askAfter;
      askAfter *= 2;
      const highest = Math.max(...held.keys());
      const missing: number[] = [];
      for (let seq = next; seq < highest; seq++) if (!held.has(seq)) missing.push(seq);
      return missing;
    },
    isWaiting: () => held.size > 0,
    isCopy: () => wasCopy,
  };
}
