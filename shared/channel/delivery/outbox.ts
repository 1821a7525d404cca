import { type Id, timeOf } from "#shared/ids.ts";
import { concat } from "../../crypto/encoding/bytes.ts";
import { CryptoError } from "../../crypto/encoding/errors.ts";
import { writeHeader } from "../../crypto/encoding/header.ts";
import type { Key } from "../../crypto/encoding/key.ts";
import { boundId } from "../../crypto/encoding/place.ts";
import { type Envelope, openCommitted, sealCommitted } from "../../crypto/sealing/committed.ts";
import type { OutboxStore } from "./stores.ts";

/**
 * The sender's own copy of what was not yet acknowledged. It lies on a disk (the browser's, or the task's), so it is sealed:
 *
 *   "OCO1" suite | role 1 | agentId 16 | deviceId 16 | messageId 16      then committed.ts under purpose "outbox"
 *
 * The header is not stored: whoever opens a message knows where it should lie, and a message moved elsewhere does not open.
 */
interface OutboxPlace {
  readonly role: "device" | "agent";
  readonly agentId: Id<"agent">;
  readonly deviceId: Id<"device">;
}

export interface Outbox {
  put(id: Id<"message">, message: Uint8Array): Promise<void>;
  remove(id: Id<"message">): Promise<void>;
  /** In the order they were put; without what does not open. */
  list(): Promise<{ readonly id: Id<"message">; readonly message: Uint8Array }[]>;
}

export interface SealedOutbox {
  readonly store: OutboxStore;
  readonly key: Key;
  readonly place: OutboxPlace;
  /** Kept before this device had its keys, it does not open with them, and is kept no longer. */
  readonly onUnreadable: (id: Id<"message">) => void;
}

export function sealedOutbox({ store, key, place, onUnreadable }: SealedOutbox): Outbox {
  const envelope = (id: Id<"message">) => {
    const role = Uint8Array.of(place.role === "device" ? 1 : 2);
    const ids = [boundId("agent", place.agentId), boundId("device", place.deviceId), boundId("message", id)];
    return { purpose: "outbox", ikm: key, header: concat(writeHeader("OCO1"), role, ...ids) } as const;
  };
  /** What does not open and is newer belongs to another page of this browser, which has newer keys. */
  const isFromBefore = (id: Id<"message">) => timeOf(id) < timeOf(place.deviceId);
  const forget = async (id: Id<"message">) => {
    await store.remove(id);
    onUnreadable(id);
  };
  return {
    put: (id, message) => {
      const envelopeOfId = envelope(id);
      return store.put(id, sealCommitted(envelopeOfId, message).subarray(envelopeOfId.header.length));
    },
    remove: (id) => store.remove(id),
    async list() {
      const opened = [];
      for (const { id, sealed } of await store.list()) {
        const message = openIfOurs(envelope(id), sealed);
        if (message) opened.push({ id, message });
        else if (isFromBefore(id)) await forget(id);
      }
      return opened;
    },
  };
}

function openIfOurs(envelope: Envelope, sealed: Uint8Array): Uint8Array | undefined {
  try {
    return openCommitted(envelope, sealed);
  } catch (error) {
    if (error instanceof CryptoError) return undefined;
    throw error;
  }
}
