import { type Id, timeOf } from "#shared/ids.ts";
import type { Outbox } from "./outbox.ts";
import { readPacket, writePacket } from "./packet.ts";
import { DELIVERY_MS, type InboxStore } from "./stores.ts";
import { startWays, type Way } from "./ways.ts";

/**
 * Exactly once, across sessions. The sender keeps a message until the other end says it is recorded, and sends it again in
 * every new session; the receiver records an id before it acknowledges it and hands a message on only when its id was new.
 * Ids are remembered longer than messages may wait, so an old message can never pass for a new one.
 */
const RESUME_IDS_MAX = 64;

export interface DeliveryInput {
  readonly outbox: Outbox;
  readonly inbox: InboxStore;
  readonly now: () => number;
  readonly onMessage: (payload: Uint8Array, from: Way) => void;
  /** Waited for more than a day; the other end did not take it. */
  readonly onTooOld: (id: Id<"message">) => void;
  /** A store or a handler failed. What was not recorded was not acknowledged; the sessions should end. */
  readonly onFailure: (cause: unknown) => void;
}

export interface Delivery {
  /** Resolves when the message is kept: from then on it will arrive, once. */
  send(id: Id<"message">, payload: Uint8Array): Promise<void>;
  receive(packet: Uint8Array, from: Way): void;
  /** A session is up. `recorded` is what the other end said it has. */
  attach(way: Way, recorded: readonly Id<"message">[]): void;
  detach(way: Way): void;
  /** For m3 and m4. */
  listRecorded(): Promise<readonly Id<"message">[]>;
}

export function startDelivery(input: DeliveryInput): Delivery {
  const { outbox, inbox, now, onMessage, onTooOld, onFailure } = input;
  const ways = startWays(outbox);
  let work: Promise<void> = Promise.resolve(); // one after the other, so that order holds across the stores

  const inTurn = (step: () => Promise<void>): Promise<void> => {
    const done = work.then(step);
    work = done.catch(onFailure);
    return done;
  };
  const answer = (from: Way, kind: "recorded" | "expired", id: Id<"message">) => {
    if (ways.has(from)) from.transmit(writePacket({ kind, ids: [id] }), "live");
  };
  const record = async (from: Way, id: Id<"message">, payload: Uint8Array) => {
    const isOld = Math.abs(now() - timeOf(id).getTime()) > DELIVERY_MS; // of what it has, the sender may not have heard
    if (isOld) return answer(from, (await inbox.has(id)) ? "recorded" : "expired", id);
    const isNew = await inbox.record(id, payload);
    answer(from, "recorded", id);
    if (isNew) onMessage(payload, from);
  };
  const forget = async (ids: readonly Id<"message">[], wasTaken: boolean) => {
    for (const id of ids) {
      await outbox.remove(id);
      if (!wasTaken) onTooOld(id);
      ways.settle(id);
    }
    await ways.transmitHeldBack();
  };

  return {
    send: (id, payload) =>
      inTurn(async () => {
        await outbox.put(id, payload);
        ways.transmit(id, payload);
      }),
    receive(bytes, from) {
      const packet = readPacket(bytes);
      const step = async () => {
        if (packet.kind === "once") return onMessage(packet.payload, from);
        if (packet.kind === "kept") return record(from, packet.id, packet.payload);
        return forget(packet.ids, packet.kind === "recorded");
      };
      inTurn(step).catch(() => undefined); // said by onFailure
    },
    attach(way, recorded) {
      ways.add(way);
      inTurn(async () => {
        await forget(recorded, true);
        await ways.transmitKept(way);
      }).catch(() => undefined);
    },
    detach: (way) => ways.remove(way),
    listRecorded: () => inbox.listRecent(RESUME_IDS_MAX),
  };
}
