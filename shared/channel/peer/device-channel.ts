import type { Id } from "#shared/ids.ts";
import { openAgentCert } from "../../crypto/agents/agent-cert.ts";
import type { Key } from "../../crypto/encoding/key.ts";
import type { SignPublicKey } from "../../crypto/primitives/sign.ts";
import {
  type AgentMessage,
  type DeviceMessage,
  type Fleeting,
  type Kept,
  readAgentMessage,
  writeAppMessage,
} from "../app-protocol.ts";
import type { CloseReason } from "../close.ts";
import { type Delivery, startDelivery } from "../delivery/delivery.ts";
import { sealedOutbox } from "../delivery/outbox.ts";
import { writePacket } from "../delivery/packet.ts";
import type { InboxStore, OutboxStore, Undelivered } from "../delivery/stores.ts";
import { bytesOfFrame, type RelayFrame, readRelayFrame } from "../envelope.ts";
import type { Signer } from "../secure/handshake.ts";
import { startAttempts } from "./attempts.ts";
import { startDeviceSession } from "./device-session.ts";
import { readHint } from "./hint.ts";
import type { Port } from "./port.ts";

/** The browser's end of the channel to one agent. */
export interface DeviceChannelInput {
  readonly port: Port;
  readonly tid: Id<"tenant">;
  readonly uid: Id<"user">;
  readonly agentId: Id<"agent">;
  readonly deviceId: Id<"device">;
  readonly deviceCert: Uint8Array;
  readonly sign: Signer<"channel-m1">;
  readonly rootKey: SignPublicKey;
  readonly agentCert: Uint8Array;
  readonly outboxKey: Key;
  readonly outbox: OutboxStore;
  readonly inbox: InboxStore;
  readonly onMessage: (message: AgentMessage) => void;
  /** Each time a session opens: ask for what was missed (`chat.sync`). */
  readonly onOpen: () => void;
  /** A session ended, or a handshake was refused. A new one is tried as long as the socket is up. */
  readonly onClose: (reason: CloseReason) => void;
  readonly onUndelivered?: (id: Id<"message">, why: Undelivered) => void;
}

export interface DeviceChannel {
  /** The socket is up: shake hands. */
  connected(): void;
  disconnected(): void;
  /** Shake hands now: the platform says that the agent came back (`agent.online`). */
  renew(): void;
  /** False for a text that is no frame of this channel, such as a control message. */
  receive(text: string): boolean;
  /** Resolves when kept; it will arrive once, now or in a later session. */
  send(message: Kept<DeviceMessage>): Promise<void>;
  /** False when there is no session. */
  tell(message: Fleeting<DeviceMessage>): boolean;
  isOpen(): boolean;
  close(): void;
}

/** @throws CryptoError when the agent's certificate is not signed by this user's root, or not for this agent. */
export function openChannelAsDevice(input: DeviceChannelInput): DeviceChannel {
  const { port, tid, uid, agentId, rootKey, deviceCert, agentCert, sign } = input;
  const agentKey = openAgentCert(agentCert, { rootKey, tid, uid, agentId, nowMs: port.now() }).signKey;
  const delivery = deliveryOf(input, () => fail("storage"));
  let isConnected = false;

  const session = startDeviceSession({ port, delivery, onOpen: () => open(), onEnd: (reason) => fail(reason) });
  const attempts = startAttempts({
    ...{ port, deviceCert, agentCert, agentKey, sign },
    ...{ onStart: session.giveUp, onKeys: session.meet, onRefused: input.onClose },
  });
  const open = () => {
    attempts.settle();
    input.onOpen();
  };
  const fail = (reason: CloseReason) => {
    session.drop();
    if (isConnected) attempts.retry();
    input.onClose(reason);
  };
  const take = (frame: RelayFrame, bytes: Uint8Array) => {
    if (frame.kind === "frame") return session.receive(frame.sid, bytes);
    if (attempts.take(frame, bytes)) return;
    if (frame.kind === "lost" && session.isOpen(frame.sid)) fail(readHint(bytes));
  };
  const hangUp = () => {
    isConnected = false;
    attempts.stop();
    session.giveUp();
  };

  return {
    connected() {
      isConnected = true;
      attempts.start();
    },
    renew: () => void (isConnected && attempts.start()),
    disconnected() {
      const wasOpen = session.isOpen();
      hangUp();
      if (wasOpen) fail("disconnected");
    },
    receive(text) {
      const frame = readRelayFrame(text);
      if (frame === undefined || frame.kind === "unlock" || frame.kind === "hello") return false;
      const bytes = bytesOfFrame(frame);
      if (bytes !== undefined && isConnected) take(frame, bytes);
      return true;
    },
    send: (message) => delivery.send(message.msgId, writeAppMessage(message)),
    tell: (message) => session.transmit(writePacket({ kind: "once", payload: writeAppMessage(message) })),
    isOpen: () => session.isOpen(),
    close() {
      hangUp();
      session.drop("close");
    },
  };
}

function deliveryOf(input: DeviceChannelInput, onFailure: () => void): Delivery {
  const { agentId, deviceId, outboxKey } = input;
  return startDelivery({
    outbox: sealedOutbox({
      ...{ store: input.outbox, key: outboxKey, place: { role: "device", agentId, deviceId } },
      onUnreadable: (id) => input.onUndelivered?.(id, "unreadable"),
    }),
    inbox: input.inbox,
    now: input.port.now,
    onMessage: (payload) => {
      const message = readAgentMessage(payload);
      if (message !== undefined) input.onMessage(message);
    },
    onTooOld: (id) => input.onUndelivered?.(id, "too_old"),
    onFailure,
  });
}
