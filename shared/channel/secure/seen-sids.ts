/**
 * The session ids an agent took in the last ten minutes. A handshake's time may be five minutes ahead and is good until
 * five minutes behind, so no id is forgotten while its m1 would still pass the clock. Only ids of verified handshakes are
 * kept; when the cache is full, new ones are refused rather than old ones forgotten.
 */
export const SID_MEMORY_MS = 10 * 60_000;
const SIDS_MAX = 4_096;

export interface SeenSids {
  has(sid: string): boolean;
  /** False when there is no room. */
  add(sid: string): boolean;
  size(): number;
}

export function startSeenSids(now: () => number): SeenSids {
  const seen = new Map<string, number>(); // sid → when it may be forgotten; in order of time
  const forget = () => {
    for (const [sid, until] of seen) {
      if (until >= now()) return;
      seen.delete(sid);
    }
  };
  return {
    has(sid) {
      forget();
      return seen.has(sid);
    },
    add(sid) {
      forget();
      if (seen.size >= SIDS_MAX) return false;
      seen.set(sid, now() + SID_MEMORY_MS);
      return true;
    },
    size: () => seen.size,
  };
}
