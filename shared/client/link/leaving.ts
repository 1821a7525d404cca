import { readDeviceMessage } from "#shared/channel/app-protocol.ts";
import { sealedOutbox } from "#shared/channel/delivery/outbox.ts";
import type { OutboxStore, Undelivered } from "#shared/channel/delivery/stores.ts";
import { QUEUED_BYTES_MAX, sealQueued } from "#shared/channel/queued.ts";
import { ApiError, type Client } from "#shared/client/api-client.ts";
import type { chatContract } from "#shared/contracts/chat.ts";
import { encodeBase64url } from "#shared/crypto/encoding/base64url.ts";
import type { Key } from "#shared/crypto/encoding/key.ts";
import { deriveKey } from "#shared/crypto/primitives/kdf.ts";
import type { Id } from "#shared/ids.ts";
import { agentIdentity } from "../agent-keys.ts";
import type { Account } from "../keyring.ts";
import { secretsOf, type Unlocker } from "./unlocking.ts";

export interface LeftMessage {
  readonly msgId: Id<"message">;
  readonly conversationId: Id<"conversation">;
  readonly text: string;
}

/** Whether a message can wait with the platform, sealed. A longer one has to be sent to an agent that is awake. */
export const mayBeLeft = (text: string): boolean => text.length * 3 < QUEUED_BYTES_MAX / 2;

/** What waits on this device for an agent. */
export interface Waiting {
  readonly outbox: OutboxStore;
  /** A kept message will not arrive. */
  readonly onUndelivered?: (id: Id<"message">, why: Undelivered) => void;
}

export interface Leaver extends Unlocker, Waiting {
  readonly chat: Client<typeof chatContract>;
  readonly agentId: Id<"agent">;
}

/** Leaves a message, sealed to the agent's own key, with the platform, which wakes the agent. Leaving it twice keeps it once. */
export async function leaveMessage(unlocker: Omit<Leaver, keyof Waiting>, message: LeftMessage): Promise<void> {
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

const outboxOf = ({ account, agentId, device, outbox: store, onUndelivered }: Omit<Leaver, "chat">) =>
  sealedOutbox({
    ...{ store, key: outboxKeyOf(account), place: { role: "device", agentId, deviceId: device.id } },
    onUnreadable: (id) => onUndelivered?.(id, "unreadable"),
  });

/** What the channel seals its outbox with. */
export const outboxKeyOf = (account: Account): Key => deriveKey({ purpose: "outbox", ikm: account.root.selfWrap });

/**
 * The agent hears nothing on the channel any more: what waits on this device is left with the platform, which wakes the agent.
 * What the agent has recorded all the same counts once, by its id. What cannot wait there stays for the next session.
 * @throws ApiError where there was no answer, or the platform could not do it now: to be tried again
 */
export async function leaveOutbox(leaver: Leaver): Promise<void> {
  const outbox = outboxOf(leaver);
  for (const { id, message } of await outbox.list()) {
    const kept = readDeviceMessage(message);
    if (kept?.type !== "chat.send" || !mayBeLeft(kept.text)) continue;
    try {
      await leaveMessage(leaver, kept);
    } catch (error) {
      const isRefused = error instanceof ApiError && error.problem !== undefined && error.problem.status < 500;
      if (isRefused) return; // the queue is full, say: an agent with a full queue is woken, and hears the rest on the channel
      throw error;
    }
    await outbox.remove(id);
  }
}

/** A new start of the agent reads its model where it is sealed. A change that waited here was sealed there first, and newer ones may have followed. */
export async function dropModels(leaver: Omit<Leaver, "chat">): Promise<void> {
  const kept = outboxOf(leaver);
  for (const { id, message } of await kept.list())
    if (readDeviceMessage(message)?.type === "model.set") await kept.remove(id);
}
