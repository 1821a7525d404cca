import type { Id } from "#shared/ids.ts";
import type { Lane } from "../transport/send-queue.ts";
import type { Outbox } from "./outbox.ts";
import { writePacket } from "./packet.ts";

/** One way to the other end; a device with two tabs open has two. */
export interface Way {
  readonly transmit: (packet: Uint8Array, lane: Lane) => void;
}

/** Kept messages under way in one session; the others follow as these arrive. */
const TRANSIT_BYTES_MAX = 16 * 1024 * 1024;

interface Transit {
  readonly sent: Map<Id<"message">, number>;
  bytes: number;
  /** Once something is held back, all that follows is, so that order holds. */
  isHeldBack: boolean;
}

export interface Ways {
  add(way: Way): void;
  remove(way: Way): void;
  has(way: Way): boolean;
  /** On all ways that have room. */
  transmit(id: Id<"message">, payload: Uint8Array): void;
  /** Everything in the outbox which this way has not carried, as far as there is room. */
  transmitKept(way: Way): Promise<void>;
  /** The other end has it, or will never take it. */
  settle(id: Id<"message">): void;
  transmitHeldBack(): Promise<void>;
}

export function startWays(outbox: Outbox): Ways {
  const ways = new Map<Way, Transit>();

  const transmitOn = (way: Way, transit: Transit, id: Id<"message">, payload: Uint8Array) => {
    if (transit.sent.has(id)) return;
    transit.isHeldBack ||= transit.bytes > 0 && transit.bytes + payload.length > TRANSIT_BYTES_MAX;
    if (transit.isHeldBack) return;
    transit.sent.set(id, payload.length);
    transit.bytes += payload.length;
    way.transmit(writePacket({ kind: "kept", id, payload }), "ordered");
  };
  const transmitKept = async (way: Way) => {
    const transit = ways.get(way);
    if (transit === undefined) return;
    transit.isHeldBack = false;
    for (const { id, message } of await outbox.list()) if (ways.has(way)) transmitOn(way, transit, id, message);
  };
  return {
    add: (way) => void ways.set(way, { sent: new Map(), bytes: 0, isHeldBack: false }),
    remove: (way) => void ways.delete(way),
    has: (way) => ways.has(way),
    transmit(id, payload) {
      for (const [way, transit] of ways) transmitOn(way, transit, id, payload);
    },
    transmitKept,
    settle(id) {
      for (const transit of ways.values()) {
        transit.bytes -= transit.sent.get(id) ?? 0;
        transit.sent.set(id, 0);
      }
    },
    async transmitHeldBack() {
      for (const [way, transit] of ways) if (transit.isHeldBack) await transmitKept(way);
    },
  };
}
