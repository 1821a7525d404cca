import * as z from "zod";
import { type Id, idOf } from "#shared/ids.ts";
import { concat, utf8, utf8Decode } from "../crypto/bytes.ts";
import type { KemKeys, KemPublicKey } from "../crypto/kem.ts";
import { boundId } from "../crypto/place.ts";
import { openSealedTo, SEALED_TO_OVERHEAD, sealTo } from "../crypto/sealed-to.ts";
import type { SignKeys, SignPublicKey } from "../crypto/sign.ts";
import { At } from "./app-model.ts";
import { ChannelError, ensure } from "./close.ts";
import { parseJson } from "./envelope.ts";

/**
 * A message left for an agent that is not awake: OCM1 from the device to the agent's KEM key, stored by the platform as it
 * is. The context binds agent, device and message id, so the platform cannot pass one off as another; that it does not hand
 * one out twice is up to the agent, which records `msgId` like that of any other message.
 */
export const QUEUED_BYTES_MAX = 98_304;
const TEXT_BYTES_MAX = 64 * 1024;

export const QueuedMessage = z.object({
  msgId: idOf("message"),
  conversationId: idOf("conversation"),
  text: z.string().max(TEXT_BYTES_MAX),
  at: At,
});
export type QueuedMessage = z.infer<typeof QueuedMessage>;

export interface QueuePlace {
  readonly agentId: Id<"agent">;
  readonly deviceId: Id<"device">;
}

/** @throws ChannelError("overflow") when the message is too long to wait; it has to be sent to a waking agent. */
export function sealQueued(
  message: QueuedMessage,
  parties: QueuePlace & { readonly recipient: KemPublicKey; readonly sender: SignKeys },
): Uint8Array {
  const plaintext = utf8(JSON.stringify(QueuedMessage.parse(message)));
  ensure(plaintext.length + SEALED_TO_OVERHEAD("queued-message") <= QUEUED_BYTES_MAX, "overflow");
  const { recipient, sender } = parties;
  return sealTo(
    { purpose: "queued-message", context: contextOf(parties, message.msgId), recipient, sender },
    plaintext,
  );
}

/** @throws CryptoError when it is not from this device, for this agent and under this id; ChannelError("format"). */
export function openQueued(
  sealed: Uint8Array,
  msgId: Id<"message">,
  parties: QueuePlace & { readonly recipient: KemKeys; readonly sender: SignPublicKey },
): QueuedMessage {
  ensure(sealed.length <= QUEUED_BYTES_MAX, "overflow");
  const { recipient, sender } = parties;
  const opening = { purpose: "queued-message", context: contextOf(parties, msgId), recipient, sender } as const;
  const message = QueuedMessage.safeParse(parseJson(utf8Decode(openSealedTo(opening, sealed)))).data;
  if (message?.msgId !== msgId) throw new ChannelError("format");
  return message;
}

const contextOf = ({ agentId, deviceId }: QueuePlace, msgId: Id<"message">): Uint8Array =>
  concat(boundId("agent", agentId), boundId("device", deviceId), boundId("message", msgId));
