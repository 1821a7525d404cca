import { type Id, timeOf } from "#shared/ids.ts";

/**
 * Where messages wait until the other end has them, and where the other end remembers what it has. Both outlive a session
 * and, if their owner wants messages to survive a restart, the process.
 */
export interface OutboxStore {
  put(id: Id<"message">, sealed: Uint8Array): Promise<void>;
  remove(id: Id<"message">): Promise<void>;
  /** In the order they were put. */
  list(): Promise<readonly { readonly id: Id<"message">; readonly sealed: Uint8Array }[]>;
}

export interface InboxStore {
  /**
   * Remembers a message for at least 24 h and answers whether it was new. It is acknowledged when this resolves, so what
   * must survive a crash (the message itself, in a journal) is written here, in one write with the id.
   */
  record(id: Id<"message">, message: Uint8Array): Promise<boolean>;
  has(id: Id<"message">): Promise<boolean>;
  /** The ids recorded last, newest last. */
  listRecent(limit: number): Promise<readonly Id<"message">[]>;
}

/** too_old: it waited for more than a day · unreadable: it lay here under keys that this device has no more. */
export type Undelivered = "too_old" | "unreadable";

/** How long a message may wait to be delivered, and how long its id is remembered: the second is longer. */
export const DELIVERY_MS = 24 * 60 * 60_000;
const REMEMBER_MS = DELIVERY_MS + 60 * 60_000;

export function makeMemoryOutbox(): OutboxStore {
  const kept = new Map<Id<"message">, Uint8Array>();
  return {
    async put(id, sealed) {
      kept.set(id, sealed);
    },
    async remove(id) {
      kept.delete(id);
    },
    list: async () => Array.from(kept, ([id, sealed]) => ({ id, sealed })),
  };
}

export function makeMemoryInbox(now: () => number): InboxStore {
  const seen = new Map<Id<"message">, number>();
  return {
    async record(id) {
      for (const [old, until] of seen) if (until < now()) seen.delete(old);
      if (seen.has(id)) return false;
      seen.set(id, Math.max(now(), timeOf(id).getTime()) + REMEMBER_MS);
      return true;
    },
    has: async (id) => (seen.get(id) ?? 0) >= now(),
    listRecent: async (limit) => [...seen.keys()].slice(-limit),
  };
}
