import type { Id } from "#shared/ids.ts";
import { concat } from "../../crypto/encoding/bytes.ts";
import { writeHeader } from "../../crypto/encoding/header.ts";
import type { Key } from "../../crypto/encoding/key.ts";
import { boundId } from "../../crypto/encoding/place.ts";
import { openCommitted, sealCommitted } from "../../crypto/sealing/committed.ts";
import type { OutboxStore } from "./stores.ts";

/**
 * The sender's own copy of what was not yet acknowledged. It lies on a disk (the browser's, or the task's), so it is sealed:
 *
 *   "OCO1" suite | role 1 | agentId 16 | deviceId 16 | messageId 16      then committed.ts under purpose "outbox"
 *
 * The header is not stored: whoever opens a message knows where it should lie, and a message moved elsewhere does not open.
 */
export interface OutboxPlace {
  readonly role: "device" | "agent";
  readonly agentId: Id<"agent">;
  readonly deviceId: Id<"device">;
}

export interface Outbox {
  put(id: Id<"message">, message: Uint8Array): Promise<void>;
  remove(id: Id<"message">): Promise<void>;
  list(): Promise<{ readonly id: Id<"message">; readonly message: Uint8Array }[]>;
}

export function sealedOutbox(store: OutboxStore, key: Key, place: OutboxPlace): Outbox {
  const envelope = (id: Id<"message">) => {
    const role = Uint8Array.of(place.role === "device" ? 1 : 2);
    const ids = [boundId("agent", place.agentId), boundId("device", place.deviceId), boundId("message", id)];
    return { purpose: "outbox", ikm: key, header: concat(writeHeader("OCO1"), role, ...ids) } as const;
  };
  return {
    put: (id, message) => {
      const envelopeOfId = envelope(id);
      return store.put(id, sealCommitted(envelopeOfId, message).subarray(envelopeOfId.header.length));
    },
    remove: (id) => store.remove(id),
    list: async () =>
      (await store.list()).map(({ id, sealed }) => ({ id, message: openCommitted(envelope(id), sealed) })),
  };
}
