import type { Id } from "#shared/ids.ts";
import { decodeBase64url } from "../../crypto/encoding/base64url.ts";
import type { Key } from "../../crypto/encoding/key.ts";
import {
  type AgentMessage,
  type DeviceMessage,
  type Fleeting,
  type Kept,
  readDeviceMessage,
  writeAppMessage,
} from "../app-protocol.ts";
import { type CloseReason, reasonOf } from "../close.ts";
import { type Delivery, startDelivery } from "../delivery/delivery.ts";
import { sealedOutbox } from "../delivery/outbox.ts";
import { writePacket } from "../delivery/packet.ts";
import type { InboxStore, OutboxStore } from "../delivery/stores.ts";
import { bytesOfFrame, type FrameKind, type RelayFrame, readRelayFrame, writeRelayFrame } from "../envelope.ts";
import { type AgentSessions, type Peer, startAgentSessions } from "./agent-sessions.ts";
import { type GreeterInput, startGreeter } from "./greeter.ts";
import { hintOf, startHintLimit, writeHint } from "./hint.ts";
import type { Port } from "./port.ts";

/** The agent's end of the channel: all of its user's devices, one session for each connection. */
export interface AgentChannelInput extends Omit<GreeterInput, "now"> {
  readonly port: Port;
  readonly agentId: Id<"agent">;
  readonly outboxKey: Key;
  /** What waits for a device; the same store each time for the same device. */
  readonly outboxOf: (deviceId: Id<"device">) => OutboxStore;
  readonly inbox: InboxStore;
  readonly onMessage: (message: DeviceMessage, from: Peer) => void;
  readonly onOpen: (peer: Peer) => void;
  readonly onClose: (peer: Peer, reason: CloseReason) => void;
  readonly onUndelivered?: (id: Id<"message">, deviceId: Id<"device">) => void;
}

export interface AgentChannel {
  /** False for a text that is no frame of this channel, such as a control message or an unlock. */
  receive(text: string): boolean;
  /** Resolves when kept for that device; it will arrive once, now or in a later session. */
  send(deviceId: Id<"device">, message: Kept<AgentMessage>): Promise<void>;
  /** To one connection, or to all. False when nobody was there. */
  tell(to: Peer | "all", message: Fleeting<AgentMessage>): boolean;
  listPeers(): Peer[];
  /** The relay says a connection is gone; all of them when our own socket is. */
  disconnected(connection?: string): void;
  close(): void;
}

export function acceptChannelAsAgent(input: AgentChannelInput): AgentChannel {
  const { port } = input;
  const mayHint = startHintLimit(port.now);
  const greeter = startGreeter({ ...input, now: port.now });
  const deliveries = startDeliveries(input, (deviceId) => {
    for (const one of sessions.listOpen()) if (one.peer.deviceId === deviceId) sessions.end(one, "storage", "close");
  });
  const { onOpen, onClose } = input;
  const sessions: AgentSessions = startAgentSessions({ port, deliveryOf: deliveries.of, onOpen, onClose });
  deliveries.peerOf = (way) => sessions.listOpen().find(({ driver }) => driver === way)?.peer;

  const answer = (to: string, sid: string, kind: FrameKind, bytes: Uint8Array) =>
    port.send(writeRelayFrame({ to, kind, sid: decodeBase64url(sid), seq: 0, bytes }));
  const greet = async (connection: string, sid: string, hello: Uint8Array) => {
    try {
      const { device, m2, keys } = greeter.greet(hello);
      const recorded = await deliveries.of(device.deviceId).listRecorded();
      sessions.expect({ connection, deviceId: device.deviceId }, keys, recorded);
      answer(connection, sid, "welcome", m2);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason !== "seen") answer(connection, sid, "lost", writeHint(hintOf(reason))); // a repetition is left unanswered
    }
  };
  const take = (frame: RelayFrame, connection: string, bytes: Uint8Array) => {
    if (frame.kind === "hello") return void greet(connection, frame.sid, bytes);
    const session = sessions.find(frame.sid, connection);
    if (session !== undefined) session.driver.receive(bytes);
    else if (mayHint(frame.sid)) answer(connection, frame.sid, "lost", writeHint("unknown_session"));
  };

  return {
    receive(text) {
      const frame = readRelayFrame(text);
      if (frame === undefined || (frame.kind !== "hello" && frame.kind !== "frame")) return false;
      const bytes = bytesOfFrame(frame);
      if (bytes !== undefined && frame.from !== undefined && frame.from !== "agent") take(frame, frame.from, bytes);
      return true;
    },
    send: (deviceId, message) => deliveries.of(deviceId).send(message.msgId, writeAppMessage(message)),
    tell(to, message) {
      const packet = writePacket({ kind: "once", payload: writeAppMessage(message) });
      const open = sessions.listOpen().filter(({ peer }) => to === "all" || peer === to);
      const lane = "entries" in message || message.type === "chat.conversations" ? "bulk" : "live";
      for (const { driver } of open) driver.transmit(packet, lane);
      return open.length > 0;
    },
    listPeers: () => sessions.listOpen().map(({ peer }) => peer),
    disconnected(connection) {
      for (const one of sessions.listOpen()) {
        if ((connection ?? one.peer.connection) === one.peer.connection) sessions.end(one, "disconnected");
      }
    },
    close() {
      for (const session of sessions.listOpen()) sessions.end(session, "closed", "close");
    },
  };
}

/** One for each device, for as long as the agent runs: what waits and what was heard outlive sessions. */
function startDeliveries(input: AgentChannelInput, onFailure: (deviceId: Id<"device">) => void) {
  const { agentId, outboxKey, inbox, port } = input;
  const deliveries = new Map<Id<"device">, Delivery>();
  const book = {
    peerOf: (_way: object): Peer | undefined => undefined,
    of(deviceId: Id<"device">): Delivery {
      const known = deliveries.get(deviceId);
      if (known !== undefined) return known;
      const delivery = startDelivery({
        outbox: sealedOutbox({
          ...{ store: input.outboxOf(deviceId), key: outboxKey, place: { role: "agent", agentId, deviceId } },
          onUnreadable: (id) => input.onUndelivered?.(id, deviceId),
        }),
        inbox,
        now: port.now,
        onMessage: (payload, way) => {
          const message = readDeviceMessage(payload);
          if (message !== undefined) input.onMessage(message, book.peerOf(way) ?? { connection: "", deviceId });
        },
        onTooOld: (id) => input.onUndelivered?.(id, deviceId),
        onFailure: () => onFailure(deviceId),
      });
      deliveries.set(deviceId, delivery);
      return delivery;
    },
  };
  return book;
}
