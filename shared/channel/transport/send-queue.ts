import { ensure } from "../close.ts";
import { MESSAGE_BYTES_MAX, type Part, partOf, partsOf } from "./streams.ts";

/**
 * Messages waiting to be sent, in lanes. Within a lane they go in order, one after the other; lanes take turns part by
 * part, so that a word does not wait for a file. A lane has one stream under way, so three lanes stay far below the 64 a
 * receiver allows; one that would pass its 26 MiB waits for the others.
 */
const LANES = { ordered: 0, live: 1, bulk: 2 } as const;
export type Lane = keyof typeof LANES;
const QUEUED_BYTES_MAX = 64 * 1024 * 1024;

interface Active {
  readonly message: Uint8Array;
  readonly stream: number;
  next: number;
}

export interface SendQueue {
  /** @throws ChannelError("overflow") */
  add(message: Uint8Array, lane: Lane): void;
  take(): Part | undefined;
  isEmpty(): boolean;
}

export function startSendQueue(): SendQueue {
  const lanes = Object.values(LANES).map(() => ({
    waiting: [] as Uint8Array[],
    active: undefined as Active | undefined,
  }));
  let streams = 0;
  let queuedBytes = 0;
  let activeBytes = 0;
  let turn = 0;

  const takeFrom = (lane: (typeof lanes)[number]): Part | undefined => {
    const first = lane.waiting[0];
    if (lane.active === undefined && first !== undefined && activeBytes + first.length <= MESSAGE_BYTES_MAX) {
      lane.waiting.shift();
      streams += 1;
      activeBytes += first.length;
      lane.active = { message: first, stream: streams, next: 0 };
    }
    const active = lane.active;
    if (active === undefined) return undefined;
    const part = partOf(active.message, active.stream, active.next++);
    if (active.next === partsOf(active.message)) {
      lane.active = undefined;
      activeBytes -= active.message.length;
      queuedBytes -= active.message.length;
    }
    return part;
  };

  return {
    add(message, lane) {
      ensure(message.length <= MESSAGE_BYTES_MAX && queuedBytes + message.length <= QUEUED_BYTES_MAX, "overflow");
      queuedBytes += message.length;
      lanes[LANES[lane]]?.waiting.push(message);
    },
    take() {
      for (let tried = 0; tried < lanes.length; tried++) {
        turn = (turn + 1) % lanes.length;
        const lane = lanes[turn];
        const part = lane === undefined ? undefined : takeFrom(lane);
        if (part !== undefined) return part;
      }
      return undefined;
    },
    isEmpty: () => lanes.every((lane) => lane.waiting.length === 0 && lane.active === undefined),
  };
}
