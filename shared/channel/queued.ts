import * as z from "zod";
import { type Id, idFromBytes, idOf } from "#shared/ids.ts";
import { type DeviceExpectation, openDeviceCert } from "../crypto/account/device-cert.ts";
import { concat, lengthPrefixed, utf8, utf8Decode } from "../crypto/encoding/bytes.ts";
import { boundId } from "../crypto/encoding/place.ts";
import { readerOf } from "../crypto/encoding/reader.ts";
import type { KemKeys, KemPublicKey } from "../crypto/primitives/kem.ts";
import type { SignKeys } from "../crypto/primitives/sign.ts";
import { openSealedTo, sealTo } from "../crypto/sealing/sealed-to.ts";
import { At } from "./app-model.ts";
import { ChannelError, ensure } from "./close.ts";
import { parseJson } from "./envelope.ts";

/**
 * A message left for an agent that is not awake:
 *
 *   L(deviceCert) | messageId 16 | OCM1 from the device to the agent's KEM key, purpose "queued-message"
 *
 * The platform stores it as it is. The context binds agent, device and message id, so it cannot pass one off as another;
 * that one handed out twice counts once is up to the agent, which records `msgId` like that of any other message.
 */
export const QUEUED_BYTES_MAX = 98_304;

export const QueuedMessage = z.object({
  msgId: idOf("message"),
  conversationId: idOf("conversation"),
  text: z.string().max(QUEUED_BYTES_MAX),
  at: At,
});
export type QueuedMessage = z.infer<typeof QueuedMessage>;

export interface QueueSender {
  readonly agentId: Id<"agent">;
  readonly deviceId: Id<"device">;
  readonly deviceCert: Uint8Array;
  readonly sender: SignKeys;
  readonly recipient: KemPublicKey;
}

/** @throws ChannelError("overflow") when the message is too long to wait; it has to be sent once the agent is awake. */
export function sealQueued(message: QueuedMessage, by: QueueSender): Uint8Array {
  const id = boundId("message", message.msgId);
  const context = contextOf(by.agentId, by.deviceId, id);
  const plaintext = utf8(JSON.stringify(QueuedMessage.parse(message)));
  const { sender, recipient } = by;
  const sealed = sealTo({ purpose: "queued-message", context, sender, recipient }, plaintext);
  const blob = concat(lengthPrefixed(by.deviceCert), id, sealed);
  ensure(blob.length <= QUEUED_BYTES_MAX, "overflow");
  return blob;
}

export interface QueueReader extends DeviceExpectation {
  readonly agentId: Id<"agent">;
  readonly recipient: KemKeys;
}

/** @throws CryptoError when it is not from a device of this user, for this agent; ChannelError("format"). */
export function openQueued(blob: Uint8Array, by: QueueReader): QueuedMessage & { readonly deviceId: Id<"device"> } {
  ensure(blob.length <= QUEUED_BYTES_MAX, "format");
  const reader = readerOf(blob);
  const device = openDeviceCert(reader.prefixed(), by);
  const id = reader.take(16);
  const context = contextOf(by.agentId, device.deviceId, id);
  const parties = { recipient: by.recipient, sender: device.signKey };
  const plaintext = openSealedTo({ purpose: "queued-message", context, ...parties }, reader.rest());
  const message = QueuedMessage.safeParse(parseJson(utf8Decode(plaintext))).data;
  if (message?.msgId !== idFromBytes("message", id)) throw new ChannelError("format");
  return { ...message, deviceId: device.deviceId };
}

/** The id that a left message bears outside its seal, which anybody may have written. @throws CryptoError where there is none */
export function readQueuedId(blob: Uint8Array): Id<"message"> {
  const reader = readerOf(blob);
  reader.prefixed();
  return idFromBytes("message", reader.take(16));
}

const contextOf = (agentId: Id<"agent">, deviceId: Id<"device">, messageId: Uint8Array): Uint8Array =>
  concat(boundId("agent", agentId), boundId("device", deviceId), messageId);
