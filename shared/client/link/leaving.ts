import { QUEUED_BYTES_MAX, sealQueued } from "#shared/channel/queued.ts";
import type { Client } from "#shared/client/api-client.ts";
import type { chatContract } from "#shared/contracts/chat.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Id } from "#shared/ids.ts";
import { agentIdentity } from "../agent-keys.ts";
import { secretsOf, type Unlocker } from "./unlocking.ts";

export interface LeftMessage {
  readonly msgId: Id<"message">;
  readonly conversationId: Id<"conversation">;
  readonly text: string;
}

/** Whether a message can wait with the platform, sealed. A longer one has to be sent to an agent that is awake. */
export const mayBeLeft = (text: string): boolean => text.length * 3 < QUEUED_BYTES_MAX / 2;

/** Leaves a message, sealed to the agent's own key, with the platform, which wakes the agent. Leaving it twice keeps it once. */
export async function leaveMessage(
  unlocker: Unlocker & { readonly chat: Client<typeof chatContract>; readonly agentId: Id<"agent"> },
  message: LeftMessage,
): Promise<void> {
  const { agents, chat, account, device, agentId, now } = unlocker;
  const secrets = secretsOf(account, agentId, await agents.getEnvelope({ agentId }));
  const blob = sealQueued(
    { ...message, at: now() },
    {
      agentId,
      deviceId: device.id,
      deviceCert: device.cert,
      sender: device.keys.sign,
      recipient: agentIdentity(account, agentId, secrets).kem.publicKey,
    },
  );
  await chat.enqueue({ agentId, messageId: message.msgId, blob: encodeBase64url(blob) });
}
