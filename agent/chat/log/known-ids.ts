import { type Id, timeOf } from "#shared/ids.ts";
import { QUEUED_MS_MAX } from "#shared/quotas.ts";

const REMEMBER_MS = QUEUED_MS_MAX + 24 * 3_600_000;

export interface KnownIds {
  has(id: Id<"message">): boolean;
  /** False when it was known. */
  add(id: Id<"message">): boolean;
  listRecent(limit: number): Id<"message">[];
  /** Those still worth remembering. */
  list(): Id<"message">[];
}

/** Ids carry their time, so nothing else has to be kept to know when one may be forgotten. */
export function makeKnownIds(now: () => number, saved: readonly Id<"message">[] = []): KnownIds {
  const ids = new Set(saved);
  const isYoung = (id: Id<"message">) => timeOf(id).getTime() + REMEMBER_MS > now();
  return {
    has: (id) => ids.has(id),
    add(id) {
      const isNew = !ids.has(id);
      ids.add(id);
      return isNew;
    },
    listRecent: (limit) => [...ids].slice(-limit),
    list: () => [...ids].filter(isYoung),
  };
}
